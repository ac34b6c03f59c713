internal import HDF5Reading

/// Encodes the frames of a sample as the bytes of a chunk; each thread needs its own.
///
/// The pipeline is HDF5's: counts of two bytes are shuffled (first all low bytes, then all high
/// ones), then compressed with Zstandard, then followed by a Fletcher-32 checksum.
package struct ChunkEncoder: ~Copyable {
  private let elementType: ElementType
  private var compressor: ZstdCompressor
  private let elementCount: Int
  // Empty until it is needed.
  private var content: [UInt8] = []

  /// Makes a workspace.
  ///
  /// - Parameters:
  ///   - elementType: The type in which counts are stored.
  ///   - elementCount: Number of counts in a chunk.
  ///   - level: The Zstandard compression level.
  package init(elementType: ElementType, elementCount: Int, level: Int) {
    self.elementType = elementType
    compressor = ZstdCompressor(level: level)
    self.elementCount = elementCount
  }

  /// Encodes counts, and fills the rest of the chunk with zeros as padding.
  ///
  /// - Returns: `nil` if a count does not fit the element type.
  package mutating func encode(_ counts: ArraySlice<UInt16>) -> [UInt8]? {
    guard fill(from: counts) else { return nil }
    let filled = content
    return Self.chunk(filled.span, &compressor)
  }

  /// Encodes all counts of a chunk, in bytes, without a copy; the element type must be `uint8`.
  package mutating func encode(bytes counts: ArraySlice<UInt8>) -> [UInt8] {
    precondition(
      elementType == .uint8 && counts.count == elementCount,
      "\(counts.count) counts for \(elementCount)")
    return Self.chunk(counts.span, &compressor)
  }

  private static func chunk(
    _ content: Span<UInt8>, _ compressor: inout ZstdCompressor
  ) -> [UInt8] {
    var chunk = compressor.compress(content, extraByteCount: 4)
    let checksum = unsafe fletcher32(chunk.span.bytes)
    for shift in [0, 8, 16, 24] as [UInt32] {
      chunk.append(UInt8(truncatingIfNeeded: checksum >> shift))
    }
    return chunk
  }

  private mutating func fill(from counts: ArraySlice<UInt16>) -> Bool {
    let elementCount = elementCount
    if content.isEmpty {
      content = Array(repeating: 0, count: elementCount * elementType.byteCount)
    }
    precondition(counts.count <= elementCount, "\(counts.count) counts for \(elementCount)")
    let hasHighBytes = elementType == .uint16
    let source = counts.span
    var target = content.mutableSpan
    var anyHigh: UInt16 = 0
    for index in 0..<source.count {
      let count = source[index]
      target[index] = UInt8(truncatingIfNeeded: count)
      anyHigh |= count
    }
    for index in source.count..<elementCount { target[index] = 0 }
    guard hasHighBytes else { return anyHigh <= 0xFF }
    for index in 0..<source.count {
      target[elementCount + index] = UInt8(truncatingIfNeeded: source[index] >> 8)
    }
    for index in source.count..<elementCount { target[elementCount + index] = 0 }
    return true
  }
}

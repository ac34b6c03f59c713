/// The number under which HDF5 knows Zstandard, and its name there.
///
/// Source: The HDF Group, "Registered filter plugins".
enum ZstdFilter {
  static let number = 32015
  static let name: StaticString = "zstd"
}

/// Turns the frames of a sample into the bytes of a chunk; a thread's workspace.
///
/// The pipeline is HDF5's: counts of two bytes are shuffled (first all low bytes, then all high ones), then
/// compressed with Zstandard, then followed by a Fletcher-32 checksum.
struct ChunkEncoder: ~Copyable {
  private let elementType: ElementType
  private var compressor: ZstdCompressor
  private var content: [UInt8]

  init(elementType: ElementType, elementCount: Int, level: Int) {
    self.elementType = elementType
    compressor = ZstdCompressor(level: level)
    content = Array(repeating: 0, count: elementCount * elementType.byteCount)
  }

  /// Encodes counts; those that a padded sample lacks are zeros.
  ///
  /// - Returns: `nil` where a count does not fit the element type.
  mutating func encode(_ counts: ArraySlice<UInt16>) -> [UInt8]? {
    guard fill(from: counts) else { return nil }
    var chunk = compressor.compress(content, extraByteCount: 4)
    let checksum = unsafe fletcher32(chunk.span.bytes)
    for shift in [0, 8, 16, 24] as [UInt32] {
      chunk.append(UInt8(truncatingIfNeeded: checksum >> shift))
    }
    return chunk
  }

  private mutating func fill(from counts: ArraySlice<UInt16>) -> Bool {
    let planeCount = content.count / elementType.byteCount
    precondition(counts.count <= planeCount, "\(counts.count) counts for \(planeCount)")
    let hasHighPlane = elementType == .uint16
    let source = counts.span
    var target = content.mutableSpan
    var anyHigh: UInt16 = 0
    for index in 0..<source.count {
      let count = source[index]
      target[index] = UInt8(truncatingIfNeeded: count)
      anyHigh |= count
    }
    for index in source.count..<planeCount { target[index] = 0 }
    guard hasHighPlane else { return anyHigh <= 0xFF }
    for index in 0..<source.count {
      target[planeCount + index] = UInt8(truncatingIfNeeded: source[index] >> 8)
    }
    for index in source.count..<planeCount { target[planeCount + index] = 0 }
    return true
  }
}

/// Undoes ``ChunkEncoder``; a thread's workspace.
struct ChunkDecoder: ~Copyable {
  private let elementType: ElementType
  private let elementCount: Int
  private var decompressor = ZstdDecompressor()
  private var content: [UInt8] = []

  init(elementType: ElementType, elementCount: Int) {
    self.elementType = elementType
    self.elementCount = elementCount
  }

  /// The fewest bytes that a chunk can have.
  static let minimumByteCount = 4 + 9

  /// The most bytes that a chunk of so many counts can have.
  static func maximumByteCount(_ elementType: ElementType, elementCount: Int) -> Int {
    ZstdCompressor.bound(elementCount * elementType.byteCount) + 4
  }

  /// Decodes a chunk into the counts, `elementCount` of them.
  ///
  /// - Returns: What is wrong with the chunk; `nil` when all is well.
  mutating func decode(_ chunk: RawSpan, into counts: inout [UInt16]) -> String? {
    // Taken out while it is filled, so that no two parts of the decoder are changed at a time.
    var content = content
    self.content = []
    let defect = decompress(chunk, into: &content, elementCount * elementType.byteCount)
    self.content = content
    if let defect { return defect }
    let elementCount = elementCount
    let type = elementType
    if counts.count != elementCount { counts = Array(repeating: 0, count: elementCount) }
    let source = content.span
    var target = counts.mutableSpan
    switch type {
    case .uint8:
      for index in 0..<elementCount { target[index] = UInt16(source[index]) }
    case .uint16:
      for index in 0..<elementCount {
        target[index] = UInt16(source[elementCount + index]) << 8 | UInt16(source[index])
      }
    }
    return nil
  }

  /// Decodes a chunk of bytes into `counts`, without a copy; the element type must be `uint8`.
  ///
  /// - Returns: What is wrong with the chunk; `nil` when all is well.
  mutating func decode(_ chunk: RawSpan, into counts: inout [UInt8]) -> String? {
    precondition(elementType == .uint8, "counts of two bytes do not fit one")
    return decompress(chunk, into: &counts, elementCount)
  }

  /// Takes memory for the content only when the chunk is sound and says that it has so much.
  private mutating func decompress(
    _ chunk: RawSpan, into content: inout [UInt8], _ byteCount: Int
  ) -> String? {
    if let defect = Self.checksumDefect(of: chunk) { return defect }
    let frame = chunk.extracting(droppingLast: 4)
    if let defect = ZstdDecompressor.sizeDefect(of: frame, expected: byteCount) { return defect }
    if content.count != byteCount { content = Array(repeating: 0, count: byteCount) }
    return decompressor.decompress(frame, into: &content)
  }

  private static func checksumDefect(of chunk: RawSpan) -> String? {
    guard chunk.byteCount >= minimumByteCount else {
      return "a chunk of at least \(minimumByteCount) bytes expected, \(chunk.byteCount) found"
    }
    let content = chunk.extracting(droppingLast: 4)
    var stored: UInt32 = 0
    for index in 0..<4 {
      // Safe: the index lies in the span, which has more than four bytes; any byte is valid.
      let byte = unsafe chunk.unsafeLoad(
        fromByteOffset: content.byteCount + index, as: UInt8.self)
      stored |= UInt32(byte) << UInt32(8 * index)
    }
    let computed = fletcher32(content)
    return stored == computed
      ? nil
      : "the checksum is wrong: \(hexadecimal(stored)) stored, \(hexadecimal(computed)) computed"
  }
}

private func hexadecimal(_ value: UInt32) -> String {
  let digits = String(value, radix: 16)
  return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
}

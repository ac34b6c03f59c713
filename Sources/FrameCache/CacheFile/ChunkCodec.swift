internal import HDF5Reading

/// The number under which HDF5 knows Zstandard, and its name there.
///
/// Source: The HDF Group, "Registered filter plugins".
package enum ZstdFilter {
  /// The registered number.
  package static let number = 32015
  /// The registered name.
  package static let name: StaticString = "zstd"
}

/// Turns the frames of a sample into the bytes of a chunk; a thread's workspace.
///
/// The pipeline is HDF5's: counts of two bytes are shuffled (first all low bytes, then all high
/// ones), then compressed with Zstandard, then followed by a Fletcher-32 checksum.
package struct ChunkEncoder: ~Copyable {
  private let elementType: ElementType
  private var compressor: ZstdCompressor
  private var content: [UInt8]

  /// Makes a workspace.
  ///
  /// - Parameters:
  ///   - elementType: What counts are stored as.
  ///   - elementCount: Counts of a chunk.
  ///   - level: Zstandard's.
  package init(elementType: ElementType, elementCount: Int, level: Int) {
    self.elementType = elementType
    compressor = ZstdCompressor(level: level)
    content = Array(repeating: 0, count: elementCount * elementType.byteCount)
  }

  /// Encodes counts; those that a padded sample lacks are zeros.
  ///
  /// - Returns: `nil` where a count does not fit the element type.
  package mutating func encode(_ counts: ArraySlice<UInt16>) -> [UInt8]? {
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
  private var decompressor: ZstdDecompressor
  private var content: [UInt8] = []

  init(elementType: ElementType, elementCount: Int, checksContent: Bool = true) {
    self.elementType = elementType
    self.elementCount = elementCount
    decompressor = ZstdDecompressor(checksContent: checksContent)
  }

  /// The fewest bytes that a chunk can have.
  static let minimumByteCount = 4 + 9

  /// The most bytes that a chunk of so many counts can have.
  static func maximumByteCount(_ elementType: ElementType, elementCount: Int) -> Int {
    ZstdCompressor.bound(elementCount * elementType.byteCount) + 4
  }

  /// Decodes a chunk into the counts, `elementCount` of them.
  ///
  /// Takes memory for them only when the chunk is sound and says that it has so much.
  ///
  /// - Returns: What is wrong with the chunk; `nil` when all is well.
  mutating func decode(_ chunk: RawSpan, into counts: inout [UInt16]) -> String? {
    if let defect = defect(of: chunk) { return defect }
    if counts.count != elementCount { counts = Array(repeating: 0, count: elementCount) }
    var target = counts.mutableSpan
    return decode(checked: chunk, into: &target)
  }

  /// Decodes a chunk into the place of its counts, `elementCount` of them.
  ///
  /// - Returns: What is wrong with the chunk; `nil` when all is well.
  mutating func decode(_ chunk: RawSpan, into counts: inout MutableSpan<UInt16>) -> String? {
    defect(of: chunk) ?? decode(checked: chunk, into: &counts)
  }

  /// Decodes a chunk of bytes into the place of its counts, without a copy; the element type must
  /// be `uint8`.
  ///
  /// - Returns: What is wrong with the chunk; `nil` when all is well.
  mutating func decode(_ chunk: RawSpan, into counts: inout MutableSpan<UInt8>) -> String? {
    precondition(elementType == .uint8, "counts of two bytes do not fit one")
    precondition(counts.count == elementCount, "\(elementCount) counts, room for \(counts.count)")
    return defect(of: chunk) ?? decompressor.decompress(Self.frame(of: chunk), into: &counts)
  }

  private mutating func decode(
    checked chunk: RawSpan, into counts: inout MutableSpan<UInt16>
  ) -> String? {
    precondition(counts.count == elementCount, "\(elementCount) counts, room for \(counts.count)")
    let byteCount = elementCount * elementType.byteCount
    // Taken out while it is filled, so that no two parts of the decoder are changed at a time.
    var content = content
    self.content = []
    defer { self.content = content }
    if content.count != byteCount { content = Array(repeating: 0, count: byteCount) }
    var whole = content.mutableSpan
    if let defect = decompressor.decompress(Self.frame(of: chunk), into: &whole) { return defect }
    let source = content.span
    switch elementType {
    case .uint8:
      for index in 0..<elementCount { counts[index] = UInt16(source[index]) }
    case .uint16:
      for index in 0..<elementCount {
        counts[index] = UInt16(source[elementCount + index]) << 8 | UInt16(source[index])
      }
    }
    return nil
  }

  /// What a look at a chunk, without decoding it, finds wrong.
  private func defect(of chunk: RawSpan) -> String? {
    Self.checksumDefect(of: chunk)
      ?? ZstdDecompressor.sizeDefect(
        of: Self.frame(of: chunk), expected: elementCount * elementType.byteCount)
  }

  /// A chunk without its checksum.
  @_lifetime(copy chunk)
  private static func frame(of chunk: RawSpan) -> RawSpan { chunk.extracting(droppingLast: 4) }

  private static func checksumDefect(of chunk: RawSpan) -> String? {
    guard chunk.byteCount >= minimumByteCount else {
      return "a chunk of at least \(minimumByteCount) bytes expected, \(chunk.byteCount) found"
    }
    let content = frame(of: chunk)
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

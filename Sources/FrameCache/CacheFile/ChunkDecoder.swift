internal import HDF5Reading

/// A type of counts that holds two bytes.
protocol WideCount: BitwiseCopyable {
  init(_ count: UInt8)
  init(_ count: UInt16)
}

extension UInt16: WideCount {}
extension Float: WideCount {}

/// Decodes what ``ChunkEncoder`` encodes; each thread needs its own.
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

  /// The minimum size of a chunk: a 4-byte checksum and the smallest Zstandard frame, 9 bytes.
  static let minimumByteCount = 4 + 9

  /// The maximum size of a chunk of `elementCount` counts, in bytes.
  static func maximumByteCount(_ elementType: ElementType, elementCount: Int) -> Int {
    ZstdCompressor.bound(elementCount * elementType.byteCount) + 4
  }

  /// Decodes a chunk into an array of `elementCount` counts.
  ///
  /// Allocates the array only after the chunk's checksum and declared size have been verified.
  ///
  /// - Returns: What is wrong with the chunk; `nil` if it is valid.
  mutating func decode(_ chunk: RawSpan, into counts: inout [UInt16]) -> String? {
    if let defect = defect(of: chunk) { return defect }
    if counts.count != elementCount { counts = Array(repeating: 0, count: elementCount) }
    var target = counts.mutableSpan
    return decode(checked: chunk, into: &target)
  }

  /// Decodes a chunk directly into the memory of its `elementCount` counts, of any type that holds
  /// two bytes.
  ///
  /// - Returns: What is wrong with the chunk; `nil` if it is valid.
  mutating func decode<Count: WideCount>(
    _ chunk: RawSpan, into counts: inout MutableSpan<Count>
  ) -> String? {
    defect(of: chunk) ?? decode(checked: chunk, into: &counts)
  }

  /// Decodes a chunk directly into the memory of its counts, without a copy; the element type must
  /// be `uint8`.
  ///
  /// - Returns: What is wrong with the chunk; `nil` if it is valid.
  mutating func decode(_ chunk: RawSpan, into counts: inout MutableSpan<UInt8>) -> String? {
    precondition(elementType == .uint8, "counts of two bytes do not fit one")
    precondition(counts.count == elementCount, "\(elementCount) counts, room for \(counts.count)")
    return defect(of: chunk) ?? decompressor.decompress(Self.frame(of: chunk), into: &counts)
  }

  private mutating func decode<Count: WideCount>(
    checked chunk: RawSpan, into counts: inout MutableSpan<Count>
  ) -> String? {
    precondition(counts.count == elementCount, "\(elementCount) counts, room for \(counts.count)")
    let byteCount = elementCount * elementType.byteCount
    // Moved out while it is filled: the compiler allows only one exclusive access to the decoder.
    var content = content
    self.content = []
    defer { self.content = content }
    if content.count != byteCount { content = Array(repeating: 0, count: byteCount) }
    var whole = content.mutableSpan
    if let defect = decompressor.decompress(Self.frame(of: chunk), into: &whole) { return defect }
    let source = content.span
    switch elementType {
    case .uint8:
      for index in 0..<elementCount { counts[index] = Count(source[index]) }
    case .uint16:
      for index in 0..<elementCount {
        counts[index] = Count(UInt16(source[elementCount + index]) << 8 | UInt16(source[index]))
      }
    }
    return nil
  }

  /// Checks a chunk's checksum and declared size without decoding it.
  private func defect(of chunk: RawSpan) -> String? {
    Self.checksumDefect(of: chunk)
      ?? ZstdDecompressor.sizeDefect(
        of: Self.frame(of: chunk), expected: elementCount * elementType.byteCount)
  }

  /// A chunk without its checksum.
  @_lifetime(copy chunk)
  private static func frame(of chunk: RawSpan) -> RawSpan { chunk.extracting(droppingLast: 4) }

  /// Compares a chunk's checksum with its content, which is not decoded.
  ///
  /// - Returns: What is wrong with the chunk; `nil` if nothing is.
  static func checksumDefect(of chunk: RawSpan) -> String? {
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

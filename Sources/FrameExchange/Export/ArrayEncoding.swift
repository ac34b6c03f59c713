internal import FileAccess
internal import NumPyFiles

/// Encodes arrays of one axis.
enum ArrayEncoding {
  /// 64-bit integers.
  static func integers(_ values: [Int64]) -> [UInt8] {
    let header = ArrayHeader(ElementDescription(.signed, byteCount: 8), shape: [values.count])
    return header.encoded + bytes(values)
  }

  /// Texts, padded to the longest.
  static func texts(_ values: [String]) -> [UInt8] {
    let length = max(1, values.map(\.unicodeScalars.count).max() ?? 1)
    let header = ArrayHeader(
      ElementDescription(.text, byteCount: 4 * length), shape: [values.count])
    return header.encoded
      + values.flatMap { value in
        let scalars = value.unicodeScalars.map(\.value)
        let padding = Array(repeating: UInt32(0), count: length - scalars.count)
        return (scalars + padding).flatMap(littleEndian)
      }
  }

  /// The bytes of numbers as the machine stores them, least significant first.
  static func bytes<Number: Numeric & BitwiseCopyable>(_ numbers: [Number]) -> [UInt8] {
    // Safe: every byte of a number has a value, and the array lives until the bytes are copied.
    unsafe numbers.span.bytes.copied()
  }

  /// The bytes of an integer.
  static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    (0..<value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}

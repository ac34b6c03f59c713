/// A record as event files hold it: length, checksum of the length, content, checksum of the
/// content.
///
/// Source: TensorFlow, "TFRecord and tf.train.Example", section "TFRecords format details".
enum RecordFraming {
  /// Bytes before a record's content.
  static let headerByteCount = 12

  /// Bytes after it.
  static let trailerByteCount = 4

  /// A record with its frame.
  static func framed(_ content: [UInt8]) -> [UInt8] {
    let length = UInt64(content.count).littleEndianBytes
    return length + maskedCRC32C(length[...]).littleEndianBytes + content
      + maskedCRC32C(content[...]).littleEndianBytes
  }

  /// What a file contains at an offset.
  enum Found: Equatable {
    /// A record's content, and where the next record begins.
    case record(ArraySlice<UInt8>, next: Int)
    /// The beginning of a record, or nothing: the file ends there.
    case end
    /// Bytes that were changed; in words.
    case damage(String)
  }

  /// Looks at the record that begins at `byteOffset`.
  static func record(in bytes: [UInt8], at byteOffset: Int) -> Found {
    let content = byteOffset + headerByteCount
    guard content <= bytes.count else { return .end }
    let length = bytes[byteOffset..<(byteOffset + 8)]
    guard maskedCRC32C(length) == UInt32(littleEndianBytes: bytes[(byteOffset + 8)..<content])
    else { return .damage("the checksum of a record's length does not fit") }
    // The checksum of a hostile length can be right.
    let byteCount = UInt64(littleEndianBytes: length)
    let available = bytes.count - content - trailerByteCount
    guard available >= 0, byteCount <= UInt64(available) else { return .end }
    let end = content + Int(byteCount)
    let next = end + trailerByteCount
    guard maskedCRC32C(bytes[content..<end]) == UInt32(littleEndianBytes: bytes[end..<next]) else {
      return .damage("the checksum of a record's content does not fit")
    }
    return .record(bytes[content..<end], next: next)
  }
}

/// A record of an event file: length (8 bytes), checksum of the length (4), content, checksum of
/// the content (4).
///
/// Source: TensorFlow, "TFRecord and tf.train.Example", section "TFRecords format details".
enum RecordFraming {
  /// Bytes before a record's content.
  static let headerByteCount = 12

  /// Bytes after a record's content.
  static let trailerByteCount = 4

  /// The record with this content.
  static func framed(_ content: [UInt8]) -> [UInt8] {
    let length = UInt64(content.count).littleEndianBytes
    return length + maskedCRC32C(length[...]).littleEndianBytes + content
      + maskedCRC32C(content[...]).littleEndianBytes
  }

  /// The result of reading at an offset of a file.
  enum Found: Equatable {
    /// A record's content, and the offset of the next record.
    case record(ArraySlice<UInt8>, next: Int)
    /// The file ends before the end of a record.
    case end
    /// The record is damaged; described for messages.
    case damage(String)
  }

  /// Reads the record that begins at `byteOffset`.
  static func record(in bytes: [UInt8], at byteOffset: Int) -> Found {
    let content = byteOffset + headerByteCount
    guard content <= bytes.count else { return .end }
    let length = bytes[byteOffset..<(byteOffset + 8)]
    guard maskedCRC32C(length) == UInt32(littleEndianBytes: bytes[(byteOffset + 8)..<content])
    else { return .damage("the checksum of a record's length is wrong") }
    // A hostile length can have a correct checksum.
    let byteCount = UInt64(littleEndianBytes: length)
    let available = bytes.count - content - trailerByteCount
    guard available >= 0, byteCount <= UInt64(available) else { return .end }
    let end = content + Int(byteCount)
    let next = end + trailerByteCount
    guard maskedCRC32C(bytes[content..<end]) == UInt32(littleEndianBytes: bytes[end..<next]) else {
      return .damage("the checksum of a record's content is wrong")
    }
    return .record(bytes[content..<end], next: next)
  }
}

internal import FileAccess

/// The text of a `.npy` file's header: a Python dictionary.
///
/// Source: NumPy's `numpy.lib.format`, versions 1.0, 2.0 and 3.0.
struct HeaderText {
  /// The characters of the text.
  let characters: [UInt8]
  /// Where they begin in the file.
  let offset: Int
  /// Where the elements begin in the file.
  var dataOffset: Int { offset + characters.count }

  /// The longest header that is read, in bytes; NumPy's own limit is 10 000.
  static let maximumByteCount = 10_000

  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// Finds the text at the start of a file.
  ///
  /// - Parameter bytes: The file, or its first bytes.
  init(_ bytes: RawSpan) throws(FileContentError) {
    func fail(_ detail: String) -> FileContentError { FileContentError("", detail) }
    guard bytes.byteCount >= 10,
      Self.magic.indices.allSatisfy({ bytes.littleEndian(UInt8.self, at: $0) == Self.magic[$0] })
    else { throw fail("a NumPy array expected, other data found") }
    let version = bytes.littleEndian(UInt8.self, at: 6)
    guard (1...3).contains(version), bytes.littleEndian(UInt8.self, at: 7) == 0 else {
      throw FileContentError("byte 6", "version 1.0, 2.0 or 3.0 expected, another found")
    }
    let start = version == 1 ? 10 : 12
    guard bytes.byteCount >= start else { throw fail("the header is cut off") }
    let length =
      version == 1
      ? Int(bytes.littleEndian(UInt16.self, at: 8)) : Int(bytes.littleEndian(UInt32.self, at: 8))
    guard length <= Self.maximumByteCount else {
      throw FileContentError(
        "byte 8", "a header of at most \(Self.maximumByteCount) bytes expected, \(length) found")
    }
    guard bytes.byteCount - start >= length else { throw fail("the header is cut off") }
    characters = bytes.extracting(start..<start + length).copied()
    offset = start
  }
}

internal import EventData
internal import FileAccess
internal import SystemPackage

/// A line of text before the events of a file.
struct HeaderLine {
  /// The line without its line end.
  let text: String
  /// The offset of what follows it.
  let nextByteOffset: Int

  /// Reads a line.
  ///
  /// Events may follow without any mark, and may start with the same byte as a line does. Then a
  /// control character comes before a line end, or the bytes up to it are not text.
  ///
  /// - Parameters:
  ///   - bytes: The file, or its start.
  ///   - byteOffset: Where the line starts.
  ///   - mark: Its first byte.
  ///   - limit: The offset at which a header ends at the latest.
  ///   - path: The file's name, for messages.
  /// - Returns: `nil` if there is no such line.
  /// - Throws: ``EventData/DataSetError`` if the file ends within the line.
  static func read(
    in bytes: RawSpan, at byteOffset: Int, startingWith mark: UInt8, limit: Int, _ path: FilePath
  ) throws(DataSetError) -> HeaderLine? {
    let end = min(bytes.byteCount, limit)
    guard byteOffset < end, bytes.littleEndian(UInt8.self, at: byteOffset) == mark else {
      return nil
    }
    var characters: [UInt8] = []
    var index = byteOffset
    while index < end {
      let byte = bytes.littleEndian(UInt8.self, at: index)
      index += 1
      if byte == UInt8(ascii: "\n") {
        if characters.last == UInt8(ascii: "\r") { characters.removeLast() }
        return text(characters).map { HeaderLine(text: $0, nextByteOffset: index) }
      }
      guard byte >= 0x20 || byte == 0x09 || byte == 0x0D else { return nil }
      characters.append(byte)
    }
    if index < bytes.byteCount { return nil }
    throw DataSetError(path, .byte(index), "the file ends within its header: copy it again")
  }

  /// The text of a line: UTF-8, or in another encoding, as jAER writes on Windows, a mark, a blank
  /// and mostly ASCII.
  private static func text(_ characters: [UInt8]) -> String? {
    if let text = String(validating: characters, as: UTF8.self) { return text }
    let isMostlyASCII = characters.count { $0 >= 0x80 } * 4 <= characters.count
    guard isMostlyASCII, characters.count > 1, characters[1] == UInt8(ascii: " ") else {
      return nil
    }
    return String(decoding: characters, as: UTF8.self)
  }
}

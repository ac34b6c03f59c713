internal import FileAccess

/// The text header of an AEDAT 3.1 file.
///
/// Source: iniVation, "AEDAT 3.1 file format", section "Header"; cAER, `input_common.c`.
struct TextHeader {
  /// A line that describes a source.
  struct Source: Equatable {
    /// The source's number in packets; `nil` if the line has none.
    let number: Int16?
    /// What the line calls it, as in `DVS128`.
    let name: String
  }

  /// Size in bytes, and so the offset of the first packet.
  let byteCount: Int
  /// The start time as written; `nil` when missing.
  let startTime: String?
  /// The sources, in the order of their lines; not those that they were made from.
  let sources: [Source]

  /// The line that every AEDAT 3.1 file starts with.
  static let versionLine = "#!AER-DAT3.1"
  static let endLine = "#!END-HEADER"

  /// Maximum length of a header line, far above what recorders write; a longer line must be other
  /// data.
  static let maximumLineByteCount = 4096
  /// Maximum length of all header lines together.
  static let maximumByteCount = 65_536

  /// Reads the header.
  ///
  /// Lines end with CR LF or LF. Unknown lines are ignored.
  ///
  /// - Parameter bytes: The file from its start.
  /// - Throws: `AEDATError` with code `notAEDAT31`, `malformedHeader` or `unsupportedFormat`.
  /// - Complexity: O(n) in the length of the header.
  init(parsing bytes: RawSpan) throws(AEDATError) {
    var startTime: String?
    var sources: [Source] = []
    var byteOffset = 0
    let first = Self.line(in: bytes, at: 0)
    guard let first, first.text == Self.versionLine else {
      throw AEDATError(
        .notAEDAT31, at: 0,
        Self.missingVersion(first?.text, FileKind(of: bytes)))
    }
    byteOffset = first.nextByteOffset
    while true {
      guard byteOffset <= Self.maximumByteCount else {
        throw AEDATError(
          .malformedHeader, at: byteOffset,
          "at most \(Self.maximumByteCount) bytes of header lines expected, more found")
      }
      guard let (text, next) = Self.line(in: bytes, at: byteOffset), text.first == "#" else {
        throw AEDATError(
          .malformedHeader, at: byteOffset,
          byteOffset == bytes.byteCount
            ? "the file ends before the line '\(Self.endLine)'"
            : "a header line that starts with '#' expected, up to '\(Self.endLine)'")
      }
      if text == Self.endLine {
        byteCount = next
        self.startTime = startTime
        self.sources = sources
        return
      }
      if let format = Self.value(of: "#Format:", in: text), format != "RAW" {
        throw AEDATError(
          .unsupportedFormat, at: byteOffset, "format RAW expected, \(Self.excerpt(format)) found")
      }
      if let value = Self.value(of: "#Start-Time:", in: text) { startTime = value }
      let sourceKey = "#Source "
      if text.hasPrefix(sourceKey), let colon = text.firstIndex(of: ":") {
        let number = trimmed(text[..<colon].dropFirst(sourceKey.count))
        sources.append(
          Source(number: Int16(number), name: trimmed(text[text.index(after: colon)...])))
      }
      byteOffset = next
    }
  }

  private static func value(of key: String, in line: String) -> String? {
    line.hasPrefix(key) ? trimmed(line.dropFirst(key.count)) : nil
  }

  /// The line that starts at `byteOffset`, without its line end; `nil` when it exceeds the maximum
  /// length or the file.
  private static func line(
    in bytes: RawSpan, at byteOffset: Int
  ) -> (text: String, nextByteOffset: Int)? {
    let limit = min(bytes.byteCount, byteOffset + maximumLineByteCount)
    var characters: [UInt8] = []
    for index in byteOffset..<max(limit, byteOffset) {
      let byte = bytes.littleEndian(UInt8.self, at: index)
      if byte == UInt8(ascii: "\n") {
        if characters.last == UInt8(ascii: "\r") { characters.removeLast() }
        return (String(decoding: characters, as: UTF8.self), index + 1)
      }
      characters.append(byte)
    }
    return nil
  }

  /// Names the format of a file that does not begin with the version line; quotes the line if the
  /// format is unknown.
  private static func missingVersion(_ line: String?, _ kind: FileKind) -> String {
    switch kind {
    // The mark of the version that is read, followed by something else.
    case .aedat(version: "3.1"), .text, .other:
      return "'\(versionLine)' expected, \(line.map(excerpt) ?? "other data") found"
    default: return kind.inPlace(of: "a recording")
    }
  }

  /// The text in quotes for a message, if it is short and printable.
  private static func excerpt(_ text: String) -> String {
    guard text.utf8.count <= 40, text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) else {
      return "other data"
    }
    return "'\(text)'"
  }
}

private func trimmed(_ text: Substring) -> String {
  var rest = text
  while rest.first == " " { rest.removeFirst() }
  while rest.last == " " { rest.removeLast() }
  return String(rest)
}

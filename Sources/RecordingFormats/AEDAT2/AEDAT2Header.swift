internal import EventData
internal import FileAccess

/// The text lines at the start of a file of jAER, each with a `#` in front.
///
/// Source: iniVation's documentation, "AEDAT 2.0"; jAER, `AEFileInputStream`.
struct AEDAT2Header {
  /// Size in bytes, and so the offset of the first event.
  let byteCount: Int
  /// The class of the camera in jAER, as in `DAVIS240C`; `nil` when missing.
  let chip: String?
  /// The line `created`; `nil` when missing.
  let startTime: String?

  private static let maximumByteCount = 1 << 20

  /// Reads the lines up to the one that says so, else up to the first that does not start with `#`.
  init(parsing bytes: RawSpan) {
    var chip: String?
    var startTime: String?
    var byteOffset = 0
    while let line = Self.line(in: bytes, at: byteOffset) {
      byteOffset = line.nextByteOffset
      let text = line.text.drop { $0 == "#" || $0 == " " }
      if text.hasPrefix("End Of ASCII Header") { break }
      if text.hasPrefix("AEChip:") {
        chip = text.split(separator: ".").last.map(String.init)?
          .split(separator: " ").last.map(String.init)
      }
      if startTime == nil, text.hasPrefix("created ") {
        startTime = String(text.dropFirst("created ".utf8.count))
      }
    }
    self.byteCount = byteOffset
    self.chip = chip
    self.startTime = startTime
  }

  /// The line of text that starts at `byteOffset` with `#`, without its line end.
  ///
  /// Events follow without a mark, and may start with the same byte; then a byte that is not text
  /// comes before a line end.
  private static func line(
    in bytes: RawSpan, at byteOffset: Int
  ) -> (text: String, nextByteOffset: Int)? {
    let limit = min(bytes.byteCount, maximumByteCount)
    var characters: [UInt8] = []
    var index = byteOffset
    while index < limit {
      let byte = bytes.littleEndian(UInt8.self, at: index)
      index += 1
      if characters.isEmpty && byte != UInt8(ascii: "#") { return nil }
      if byte == UInt8(ascii: "\n") {
        if characters.last == UInt8(ascii: "\r") { characters.removeLast() }
        return (String(decoding: characters, as: UTF8.self), index)
      }
      guard byte >= 0x20 || byte == 0x09 || byte == 0x0D else { return nil }
      characters.append(byte)
    }
    return nil
  }
}

internal import EventData
internal import SystemPackage

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
  ///
  /// - Throws: ``EventData/DataSetError`` if the file ends within a line.
  init(parsing bytes: RawSpan, _ path: FilePath) throws(DataSetError) {
    var chip: String?
    var startTime: String?
    var byteOffset = 0
    while let line = try HeaderLine.read(
      in: bytes, at: byteOffset, startingWith: UInt8(ascii: "#"), limit: Self.maximumByteCount,
      path)
    {
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
}

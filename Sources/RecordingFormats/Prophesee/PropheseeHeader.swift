internal import EventData
internal import FileAccess
internal import SystemPackage

/// The text lines at the start of Prophesee's files, each `% key value`.
///
/// Source: Prophesee's documentation, "RAW File Format" and "DAT File Format".
struct PropheseeHeader {
  /// Size in bytes, and so the offset of what follows the lines.
  let byteCount: Int
  /// The values by key, in lower case.
  let values: [String: String]

  private static let maximumByteCount = 65_536

  /// Reads the lines up to `% end`, or up to the first that does not start with `%`.
  init(parsing bytes: RawSpan) {
    var values: [String: String] = [:]
    var byteOffset = 0
    while let line = Self.line(in: bytes, at: byteOffset) {
      byteOffset = line.nextByteOffset
      let words = line.text.dropFirst().split(
        separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
      guard let key = words.first?.lowercased() else { continue }
      if key == "end" { break }
      let value = words.count > 1 ? words[1] : ""
      values[key] = String(
        value.prefix(
          upTo: value.lastIndex { $0 != " " }.map(value.index(after:)) ?? value.startIndex))
    }
    self.values = values
    byteCount = byteOffset
  }

  /// Whether a file starts with such a line.
  static func isMarked(_ bytes: RawSpan) -> Bool {
    line(in: bytes, at: 0) != nil
      && PropheseeHeader(parsing: bytes).values.keys.contains {
        ["evt", "format", "version", "data", "date"].contains($0)
      }
  }

  /// The version of the format in the file's own words, as in `EVT3` or `2.0`; `nil` without any.
  var encoding: String? {
    values["format"].map { String($0.prefix { $0 != ";" }) } ?? values["evt"]
  }

  /// A setting of the line `% format`, as in `endianness`.
  func formatSetting(_ name: String) -> String? {
    for setting in values["format"]?.split(separator: ";").dropFirst() ?? [] {
      let parts = setting.split(separator: "=", maxSplits: 1)
      if parts.count == 2 && parts[0] == name { return String(parts[1]) }
    }
    return nil
  }

  /// The sensor's size, if a line states it.
  var sensor: FrameShape? {
    let geometry = values["geometry"]?.split(separator: "x").map(String.init)
    let width = formatSetting("width") ?? geometry?.first ?? values["width"]
    let height = formatSetting("height") ?? geometry?.last ?? values["height"]
    guard let width = width.flatMap({ Int($0) }), let height = height.flatMap({ Int($0) }),
      FrameShape.sideLengths.contains(width), FrameShape.sideLengths.contains(height)
    else { return nil }
    return FrameShape(width: width, height: height)
  }

  /// The header in the form common to all formats.
  ///
  /// - Parameter byteCount: Up to the first event.
  func recordingHeader(byteCount: Int) -> RecordingHeader {
    let maker = values["camera_integrator_name"] ?? values["integrator_name"]
    let source = values["sensor_name"] ?? values["plugin_name"] ?? maker
    return RecordingHeader(
      byteCount: byteCount, startTime: values["date"], sources: source.map { [$0] } ?? [],
      sensor: sensor)
  }

  /// The line of printable text that starts at `byteOffset` with `%`, without its line end.
  private static func line(
    in bytes: RawSpan, at byteOffset: Int
  ) -> (text: String, nextByteOffset: Int)? {
    let limit = min(bytes.byteCount, maximumByteCount)
    var characters: [UInt8] = []
    var index = byteOffset
    while index < limit {
      let byte = bytes.littleEndian(UInt8.self, at: index)
      index += 1
      if characters.isEmpty && byte != UInt8(ascii: "%") { return nil }
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

internal import EventData
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
  ///
  /// - Throws: ``EventData/DataSetError`` if the file ends within a line.
  init(parsing bytes: RawSpan, _ path: FilePath) throws(DataSetError) {
    var values: [String: String] = [:]
    var byteOffset = 0
    while let line = try HeaderLine.read(
      in: bytes, at: byteOffset, startingWith: UInt8(ascii: "%"), limit: Self.maximumByteCount,
      path)
    {
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

  /// Whether the lines are those of a DAT file, judged by what only these name.
  var isOfDAT: Bool { encoding == nil && (values["version"] ?? values["data"]) != nil }

  /// The header in the form common to all formats.
  ///
  /// - Parameters:
  ///   - byteCount: Up to the first event.
  ///   - path: The file's name, for messages.
  /// - Throws: ``EventData/DataSetError`` for a sensor that is too large.
  func recordingHeader(
    byteCount: Int, _ path: FilePath
  ) throws(DataSetError) -> RecordingHeader {
    let sides = values["geometry"]?.split(separator: "x").map(String.init) ?? []
    let geometry = sides.count == 2 ? sides : []
    let width = formatSetting("width") ?? geometry.first ?? values["width"]
    let height = formatSetting("height") ?? geometry.last ?? values["height"]
    let maker = values["camera_integrator_name"] ?? values["integrator_name"]
    let source = values["sensor_name"] ?? values["plugin_name"] ?? maker
    return RecordingHeader(
      byteCount: byteCount, startTime: values["date"], sources: source.map { [$0] } ?? [],
      sensor: try .stated(width, height, path))
  }
}

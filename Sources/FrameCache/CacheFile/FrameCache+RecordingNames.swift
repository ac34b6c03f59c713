internal import EventData

extension FrameCache {
  /// Describes a contradiction between a sample's attributes and its recording's name; `nil` if
  /// there is none.
  ///
  /// In a cache of version 1 the name contains both attributes: `user`, the subject's number, `_`,
  /// the lighting.
  package func attributeDefect(of record: SampleRecord) -> String? {
    guard version == .one, case .integer(let subject) = record.attributes[0],
      case .text(let lighting) = record.attributes[1]
    else { return nil }
    let recording = record.recording
    let digits = recording.dropFirst(4).prefix { $0.isASCII && $0.isNumber }
    let fits =
      recording.hasPrefix("user") && Int64(digits) == subject
      && recording.dropFirst(4 + digits.count) == "_" + lighting
    return fits
      ? nil : "subject \(subject) and lighting \(lighting) do not fit the recording, \(recording)"
  }
}

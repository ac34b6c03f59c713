internal import EventData

extension FrameCache {
  /// What a sample's attributes contradict in its recording's name, which says both in a cache of
  /// version 1: `user`, the subject's number, `_`, the lighting.
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

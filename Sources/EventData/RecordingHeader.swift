/// What a recording says of itself before its events.
public struct RecordingHeader: Equatable, Sendable {
  /// Bytes of the header: the first packet starts here.
  public let byteCount: Int

  /// When the recording began, as it is noted; `nil` where it is not.
  public let startTime: String?

  /// What recorded it, as in `DVS128`; empty where that is not noted.
  public let sources: [String]

  /// Describes a recording.
  public init(byteCount: Int, startTime: String? = nil, sources: [String] = []) {
    self.byteCount = byteCount
    self.startTime = startTime
    self.sources = sources
  }
}

/// The header of a recording.
public struct RecordingHeader: Equatable, Sendable {
  /// Size of the header in bytes, and so the offset of the first packet.
  public let byteCount: Int

  /// The start time as written in the header; `nil` when missing.
  public let startTime: String?

  /// The recording devices, as in `DVS128`: the one that is read, if packets of several sources are
  /// in the recording; empty when the header names none.
  public let sources: [String]

  /// Whose events are read; `nil` if packets do not tell, or there are none.
  public let source: RecordingSource?

  /// The sensor's size as written in the header; `nil` when missing.
  public let sensor: FrameShape?

  /// Peculiarities of the header, each as the text of a warning.
  public let oddities: [String]

  /// Creates a header.
  public init(
    byteCount: Int, startTime: String? = nil, sources: [String] = [],
    source: RecordingSource? = nil, sensor: FrameShape? = nil, oddities: [String] = []
  ) {
    self.byteCount = byteCount
    self.startTime = startTime
    self.sources = sources
    self.source = source
    self.sensor = sensor
    self.oddities = oddities
  }
}

/// The header of a recording.
public struct RecordingHeader: Equatable, Sendable {
  /// Size of the header in bytes, and so the offset of the first packet.
  public let byteCount: Int

  /// The start time as written in the header; `nil` when missing.
  public let startTime: String?

  /// The recording devices, as in `DVS128`; empty when the header names none.
  public let sources: [String]

  /// The sensor's size as written in the header; `nil` when missing.
  public let sensor: FrameShape?

  /// Peculiarities of the header, each as the text of a warning.
  public let oddities: [String]

  /// Creates a header.
  public init(
    byteCount: Int, startTime: String? = nil, sources: [String] = [], sensor: FrameShape? = nil,
    oddities: [String] = []
  ) {
    self.byteCount = byteCount
    self.startTime = startTime
    self.sources = sources
    self.sensor = sensor
    self.oddities = oddities
  }
}

/// How the events of a sample are divided into frames.
public enum FrameSplit: Equatable, Sendable {
  /// A fixed number of frames with equal numbers of events; the last takes the remainder.
  case number(frameCount: Int)
  /// A fixed number of frames of equal duration; the last takes the remainder.
  case time(frameCount: Int)
  /// Frames of a fixed duration, as many as the sample needs.
  case duration(microseconds: Int64)

  /// The rule's name in caches and on the command line: `number`, `time` or `duration`.
  public var name: String {
    switch self {
    case .number: "number"
    case .time: "time"
    case .duration: "duration"
    }
  }

  /// The number of frames of every sample; `nil` when it varies.
  public var fixedFrameCount: Int? {
    switch self {
    case .number(let frameCount), .time(let frameCount): frameCount
    case .duration: nil
    }
  }

  /// The default name of a cache made with this rule, modelled on SpikingJelly's folder names.
  public var cacheFileName: String {
    switch self {
    case .number(let frameCount), .time(let frameCount):
      "frames_number_\(frameCount)_split_by_\(name).h5"
    case .duration(let microseconds):
      "duration_\(microseconds).h5"
    }
  }
}

/// How the events of a sample are dealt out to frames.
public enum FrameSplit: Equatable, Sendable {
  /// Into this many frames of equally many events; the last takes the rest.
  case number(frameCount: Int)
  /// Into this many frames of equally much time; the last takes the rest.
  case time(frameCount: Int)
  /// Into frames of this many microseconds, as many as the sample needs.
  case duration(microseconds: Int64)

  /// What the rule is called in caches and on the command line: `number`, `time` or `duration`.
  public var name: String {
    switch self {
    case .number: "number"
    case .time: "time"
    case .duration: "duration"
    }
  }

  /// The number of frames of every sample; `nil` where it differs.
  public var fixedFrameCount: Int? {
    switch self {
    case .number(let frameCount), .time(let frameCount): frameCount
    case .duration: nil
    }
  }

  /// The name of a cache made by this rule, after SpikingJelly's folders.
  public var cacheFileName: String {
    switch self {
    case .number(let frameCount), .time(let frameCount):
      "frames_number_\(frameCount)_split_by_\(name).h5"
    case .duration(let microseconds):
      "duration_\(microseconds).h5"
    }
  }
}

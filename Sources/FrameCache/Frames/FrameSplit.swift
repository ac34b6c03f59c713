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

  /// The number of frames of a sample.
  ///
  /// By duration: `max(1, ceil((last − first) / duration))`, and 0 without events, as SpikingJelly
  /// has it.
  ///
  /// - Parameter tally: What was found in the sample's window.
  public func frameCount(of tally: WindowTally) -> Int {
    switch self {
    case .number(let frameCount), .time(let frameCount):
      return frameCount
    case .duration(let microseconds):
      guard tally.eventCount > 0 else { return 0 }
      let span = max(0, tally.lastMicroseconds - tally.firstMicroseconds)
      return Int(max(1, span / microseconds + (span % microseconds == 0 ? 0 : 1)))
    }
  }
}

/// What is done with events that the recorder marked as invalid.
public enum InvalidEventPolicy: String, CaseIterable, Sendable {
  /// They count like all others: frames then equal SpikingJelly's.
  case keep
  /// They are left out, as the format's specification asks.
  case drop
}

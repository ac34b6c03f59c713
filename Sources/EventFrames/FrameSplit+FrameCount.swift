public import EventData

extension FrameSplit {
  /// The number of real frames of a sample.
  ///
  /// By duration: `max(1, ceil((last − first) / duration))`, and 0 without events, as in
  /// SpikingJelly.
  ///
  /// - Parameter tally: The tally of the sample's window.
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

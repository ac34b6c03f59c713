public import EventData

extension FrameSplit {
  /// The number of real frames of a sample.
  ///
  /// By duration: `max(1, ceil((latest − earliest) / duration))`, and 0 without events, as in
  /// SpikingJelly for events in the order of their times.
  ///
  /// - Parameter tally: The tally of the sample's window.
  public func frameCount(of tally: WindowTally) -> Int {
    switch self {
    case .number(let frameCount), .time(let frameCount):
      return frameCount
    case .duration(let microseconds):
      guard let span = tally.clock.span else { return 0 }
      let length = span.upperBound - span.lowerBound
      return Int(max(1, length / microseconds + (length % microseconds == 0 ? 0 : 1)))
    }
  }
}

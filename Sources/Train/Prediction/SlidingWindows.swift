/// Windows of one length that move over a span of time in equal steps.
package struct SlidingWindows: Equatable, Sendable {
  /// The length of each window in microseconds.
  package let windowMicroseconds: Int64
  /// From the start of a window to the start of the next, in microseconds.
  package let stepMicroseconds: Int64

  /// The maximum number of windows of a recording.
  package static let maximumCount = 1_000_000

  /// Chooses length and step, both at least 1 µs.
  package init(windowMicroseconds: Int64, stepMicroseconds: Int64) {
    precondition(windowMicroseconds >= 1, "a window of \(windowMicroseconds) µs")
    precondition(stepMicroseconds >= 1, "a step of \(stepMicroseconds) µs")
    self.windowMicroseconds = windowMicroseconds
    self.stepMicroseconds = stepMicroseconds
  }

  /// The windows that lie in a span; where it is shorter than one, the one that starts with it.
  ///
  /// - Parameter span: Times in microseconds, not negative.
  /// - Returns: `nil` where there would be more than ``maximumCount``.
  package func windows(in span: Range<Int64>) -> [Range<Int64>]? {
    let room = span.upperBound - span.lowerBound - windowMicroseconds
    let stepCount = room > 0 ? room / stepMicroseconds : 0
    guard stepCount < Int64(Self.maximumCount) else { return nil }
    return (0...stepCount).map { number in
      let start = span.lowerBound + number * stepMicroseconds
      let (end, overflow) = start.addingReportingOverflow(windowMicroseconds)
      return start..<(overflow ? .max : end)
    }
  }
}

/// Windows of equal length that slide over a time span in equal steps.
package struct SlidingWindows: Equatable, Sendable {
  /// The length of each window in microseconds.
  package let windowMicroseconds: Int64
  /// The distance between the starts of adjacent windows, in microseconds.
  package let stepMicroseconds: Int64

  /// The maximum number of windows, which bounds memory if a timestamp is wrong.
  package static let maximumCount = 1_000_000

  /// Creates windows; length and step are at least 1 µs.
  package init(windowMicroseconds: Int64, stepMicroseconds: Int64) {
    precondition(windowMicroseconds >= 1, "a window of \(windowMicroseconds) µs")
    precondition(stepMicroseconds >= 1, "a step of \(stepMicroseconds) µs")
    self.windowMicroseconds = windowMicroseconds
    self.stepMicroseconds = stepMicroseconds
  }

  /// The windows that lie within a span; if it is shorter than a window, one that starts with it.
  ///
  /// - Parameter span: Timestamps in microseconds, not negative.
  /// - Returns: `nil` if there would be more than ``maximumCount``.
  package func windows(in span: Range<Int64>) -> [Range<Int64>]? {
    let lastOffset = span.upperBound - span.lowerBound - windowMicroseconds
    let stepCount = lastOffset > 0 ? lastOffset / stepMicroseconds : 0
    guard stepCount < Int64(Self.maximumCount) else { return nil }
    return (0...stepCount).map { number in
      let start = span.lowerBound + number * stepMicroseconds
      let (end, overflow) = start.addingReportingOverflow(windowMicroseconds)
      return start..<(overflow ? .max : end)
    }
  }
}

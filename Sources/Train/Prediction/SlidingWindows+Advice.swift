internal import Terminal

extension SlidingWindows {
  /// Says that the windows differ from the training samples by more than a factor of 2; `nil` if
  /// they do not.
  ///
  /// - Parameter seconds: The median duration of the training samples.
  package func advice(trainedOn seconds: Double) -> String? {
    let window = Double(windowMicroseconds) * 1e-6
    guard seconds > 0, max(window, seconds) > 2 * min(window, seconds) else { return nil }
    let suitable = significantText(seconds, digits: 2)
    return "windows of \(significantText(window, digits: 3)) s; the training samples lasted "
      + "\(suitable) s (median): -window \(suitable) may suit better"
  }
}

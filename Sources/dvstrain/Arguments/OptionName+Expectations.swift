import ArgumentParser

extension OptionName {
  /// Refuses a number outside of a range, in a line that names option, found and expected.
  func expect(_ range: ClosedRange<Int>, _ found: Int, _ things: String) throws {
    guard range.contains(found) else {
      let expected =
        range.upperBound == .max
        ? "\(range.lowerBound) or more" : "\(range.lowerBound) to \(range.upperBound)"
      throw ValidationError("-\(rawValue): \(expected) \(things) expected, \(found) found")
    }
  }

  /// Refuses a number that does not meet an expectation, and every one that is not finite.
  func expect(_ expected: String, _ found: Double, isMet: Bool) throws {
    guard isMet && found.isFinite else {
      throw ValidationError("-\(rawValue): \(expected) expected, \(found) found")
    }
  }
}

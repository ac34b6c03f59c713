import ArgumentParser

extension OptionName {
  /// Throws where a number is outside a range; the message names option, range and number.
  func expect(_ range: ClosedRange<Int>, _ found: Int, _ things: String) throws {
    guard range.contains(found) else {
      let expected =
        range.upperBound == .max
        ? "\(range.lowerBound) or more" : "\(range.lowerBound) to \(range.upperBound)"
      throw ValidationError("-\(rawValue): \(expected) \(things) expected, \(found) found")
    }
  }

  /// Throws where a number does not meet an expectation or is not finite.
  func expect(_ expected: String, _ found: Double, isMet: Bool) throws {
    guard isMet && found.isFinite else {
      throw ValidationError("-\(rawValue): \(expected) expected, \(found) found")
    }
  }
}

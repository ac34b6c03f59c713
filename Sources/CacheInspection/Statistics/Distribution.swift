/// A distribution of values: extremes, mean and percentiles by nearest rank.
package struct Distribution: Equatable, Sendable {
  /// The minimum.
  package let minimum: Double
  /// The 1st percentile.
  package let percentile1: Double
  /// The lower quartile (25th percentile).
  package let lowerQuartile: Double
  /// The median.
  package let median: Double
  /// The upper quartile (75th percentile).
  package let upperQuartile: Double
  /// The 99th percentile.
  package let percentile99: Double
  /// The maximum.
  package let maximum: Double
  /// The arithmetic mean.
  package let mean: Double

  /// Sorts values; `nil` if there are none.
  package init?(of values: [Double]) {
    let sorted = values.sorted()
    guard let first = sorted.first, let last = sorted.last else { return nil }
    func percentile(_ percent: Int) -> Double {
      sorted[max(0, (sorted.count * percent + 99) / 100 - 1)]
    }
    minimum = first
    percentile1 = percentile(1)
    lowerQuartile = percentile(25)
    median = percentile(50)
    upperQuartile = percentile(75)
    percentile99 = percentile(99)
    maximum = last
    mean = sorted.reduce(0, +) / Double(sorted.count)
  }

  /// As ``init(of:)``, from a histogram of integers: element i is the number of values equal to i.
  package init?(ofCounts frequencies: [Int]) {
    let total = frequencies.reduce(0, +)
    guard total > 0 else { return nil }
    func percentile(_ percent: Int) -> Double {
      let rank = max(1, (total * percent + 99) / 100)
      var passed = 0
      for (value, frequency) in frequencies.enumerated() {
        passed += frequency
        if passed >= rank { return Double(value) }
      }
      return 0
    }
    minimum = percentile(0)
    percentile1 = percentile(1)
    lowerQuartile = percentile(25)
    median = percentile(50)
    upperQuartile = percentile(75)
    percentile99 = percentile(99)
    maximum = percentile(100)
    mean =
      frequencies.enumerated().reduce(0) { $0 + Double($1.offset) * Double($1.element) }
      / Double(total)
  }
}

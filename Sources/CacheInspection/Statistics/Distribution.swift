/// How values are spread: extremes, mean and percentiles by nearest rank.
package struct Distribution: Equatable, Sendable {
  /// The least value.
  package let minimum: Double
  /// 1 % of the values are this or less.
  package let percentile1: Double
  /// A quarter of the values is this or less.
  package let lowerQuartile: Double
  /// Half of the values are this or less.
  package let median: Double
  /// Three quarters of the values are this or less.
  package let upperQuartile: Double
  /// 99 % of the values are this or less.
  package let percentile99: Double
  /// The greatest value.
  package let maximum: Double
  /// The sum by the number.
  package let mean: Double

  /// Sorts values; `nil` where there are none.
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

  /// As ``init(of:)``, of whole numbers each of which comes so often as its place in a list says.
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

/// The unit of a table's times, as its columns are named: `start_us`, `start_ms`, `start_s`.
enum TimeUnit: String, CaseIterable {
  case microseconds = "us"
  case milliseconds = "ms"
  case seconds = "s"

  /// Digits after the decimal point of one microsecond.
  private var digitCount: Int {
    switch self {
    case .microseconds: 0
    case .milliseconds: 3
    case .seconds: 6
    }
  }

  /// A time in microseconds, rounded to the nearest; `nil` unless the text is a decimal number of
  /// at most 2^63 − 1 microseconds.
  func microseconds(_ text: String) -> Int64? {
    let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), parts.contains(where: { !$0.isEmpty }),
      parts.allSatisfy({ $0.allSatisfy { (0x30...0x39).contains($0) } })
    else { return nil }
    let fraction = parts.count == 2 ? Array(parts[1]) : []
    let padded = fraction + Array(repeating: UInt8(ascii: "0"), count: digitCount + 1)
    var value: Int64 = 0
    for digit in Array(parts[0]) + padded.prefix(digitCount) {
      let (product, overflowsProduct) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflowsSum) = product.addingReportingOverflow(Int64(digit - 0x30))
      if overflowsProduct || overflowsSum { return nil }
      value = sum
    }
    let isRoundedUp = padded[digitCount] >= UInt8(ascii: "5")
    let (rounded, overflows) = value.addingReportingOverflow(isRoundedUp ? 1 : 0)
    return overflows ? nil : rounded
  }
}

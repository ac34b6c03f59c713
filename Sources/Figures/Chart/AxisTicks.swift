internal import Glibc

/// The range of an axis, with ticks at round numbers: multiples of 1, 2 or 5 times a power of ten.
struct AxisTicks: Equatable {
  /// A value on the axis, and its label.
  struct Tick: Equatable {
    let value: Double
    let text: String
  }

  /// The lower end of the axis.
  let low: Double
  /// The upper end of the axis, above ``low``.
  let high: Double
  /// The ticks, in ascending order, all between ``low`` and ``high``.
  let ticks: [Tick]

  /// Chooses ticks for a range of data.
  ///
  /// - Parameters:
  ///   - count: The maximum number of steps in the range of the data; ends at round numbers may add
  ///     up to two.
  ///   - isWhole: Whether ticks must be whole numbers.
  ///   - keepsLow: Whether the axis begins exactly at the lower value, not at the tick below it.
  ///   - keepsHigh: Whether the axis ends exactly at the higher value, not at the tick above it.
  init(
    from first: Double, to last: Double, atMost count: Int, isWhole: Bool = false,
    keepsLow: Bool = false, keepsHigh: Bool = false
  ) {
    var (low, high) = (min(first, last), max(first, last))
    // Data with (nearly) one value gets an axis around that value.
    let margin = max(abs(low), abs(high)) * 1e-9
    if high - low <= margin || high - low < 1e-150 {
      let room = max(abs(low) / 10, isWhole || low == 0 ? 1 : 0)
      if !keepsLow && low != 0 { low -= room }
      if !keepsHigh || high - low <= margin { high = max(high, low) + room }
    }
    let step = Step(spanning: high - low, atMost: max(1, count), isWhole: isWhole)
    let (lowest, highest) = (low / step.value, high / step.value)
    // In binary, 0.3 / 0.1 is slightly less than 3.
    let (lowTolerance, highTolerance) = (abs(lowest) * 1e-12, abs(highest) * 1e-12)
    let firstMultiple =
      keepsLow ? (lowest - lowTolerance).rounded(.up) : (lowest + lowTolerance).rounded(.down)
    let lastMultiple =
      keepsHigh ? (highest + highTolerance).rounded(.down) : (highest - highTolerance).rounded(.up)
    let suffix = Suffix(largest: max(abs(firstMultiple), abs(lastMultiple)) * step.value)
    self.low = keepsLow ? low : step.value * firstMultiple
    self.high = keepsHigh ? high : step.value * lastMultiple
    ticks =
      firstMultiple > lastMultiple
      ? []
      : (Int64(firstMultiple)...Int64(lastMultiple)).map { number in
        Tick(value: Double(number) * step.value, text: step.text(number, suffix))
      }
  }

  /// The distance between ticks: `digit·10^exponent`.
  private struct Step {
    let digit: Int64
    let exponent: Int

    var value: Double { Double(digit) * power(exponent) }

    init(spanning span: Double, atMost count: Int, isWhole: Bool) {
      let smallest = span / Double(count)
      var exponent = Int(log10(smallest).rounded(.down)) - 1
      if isWhole { exponent = max(0, exponent) }
      while true {
        for digit in [1, 2, 5] as [Int64]
        where Double(digit) * power(exponent) >= smallest * (1 - 1e-9) {
          self.digit = digit
          self.exponent = exponent
          return
        }
        exponent += 1
      }
    }

    /// A multiple of the step in exact decimal digits; a binary product could read
    /// 0.30000000000000004.
    func text(_ number: Int64, _ suffix: Suffix) -> String {
      let product = number * digit
      if product == 0 { return "0" }
      let shifted = exponent - suffix.exponent
      if !(-6...6).contains(shifted) { return "\(product)e\(shifted)\(suffix.text)" }
      let sign = product < 0 ? "−" : ""
      var digits = String(abs(product))
      if shifted >= 0 {
        return sign + digits + String(repeating: "0", count: shifted) + suffix.text
      }
      let missing = -shifted + 1 - digits.count
      if missing > 0 { digits = String(repeating: "0", count: missing) + digits }
      return sign + digits.dropLast(-shifted) + "." + digits.suffix(-shifted) + suffix.text
    }
  }

  /// The unit prefix of all ticks of an axis: k, M, G or none.
  private struct Suffix {
    let text: String
    let exponent: Int

    init(largest: Double) {
      (text, exponent) =
        switch largest {
        case 1e13...: ("", 0)
        case 1e9...: (" G", 9)
        case 1e6...: (" M", 6)
        case 1e4...: (" k", 3)
        default: ("", 0)
        }
    }
  }
}

/// 10^exponent.
private func power(_ exponent: Int) -> Double { pow(10, Double(exponent)) }

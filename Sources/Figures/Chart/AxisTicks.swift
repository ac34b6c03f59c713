internal import Glibc

/// The range of an axis, and places on it that are easy to read: multiples of 1, 2 or 5 times a
/// power of ten.
struct AxisTicks: Equatable {
  /// A place, and its number in words.
  struct Tick: Equatable {
    let value: Double
    let text: String
  }

  /// Where the axis begins.
  let low: Double
  /// Where it ends, above ``low``.
  let high: Double
  /// Its ticks, none outside.
  let ticks: [Tick]

  /// Chooses ticks.
  ///
  /// - Parameters:
  ///   - count: More ticks than so many would be too dense.
  ///   - isWhole: Whether ticks are whole numbers.
  ///   - keepsLow: Whether the axis begins just there, not at the tick below.
  ///   - keepsHigh: Whether the axis ends just there, not at the tick above.
  init(
    from first: Double, to last: Double, atMost count: Int, isWhole: Bool = false,
    keepsLow: Bool = false, keepsHigh: Bool = false
  ) {
    var (low, high) = (min(first, last), max(first, last))
    // Of data that is all but one number, an axis around it.
    let margin = max(abs(low), abs(high)) * 1e-9
    if high - low <= margin || high - low < 1e-150 {
      let room = max(abs(low) / 10, isWhole || low == 0 ? 1 : 0)
      if !keepsLow && low != 0 { low -= room }
      if !keepsHigh || high - low <= margin { high = max(high, low) + room }
    }
    let step = Step(spanning: high - low, atMost: max(1, count), isWhole: isWhole)
    let (lowest, highest) = (low / step.value, high / step.value)
    // 0.3 / 0.1 is not quite 3.
    let (dustOfLow, dustOfHigh) = (abs(lowest) * 1e-12, abs(highest) * 1e-12)
    let firstNumber =
      keepsLow ? (lowest - dustOfLow).rounded(.up) : (lowest + dustOfLow).rounded(.down)
    let lastNumber =
      keepsHigh ? (highest + dustOfHigh).rounded(.down) : (highest - dustOfHigh).rounded(.up)
    let suffix = Suffix(largest: max(abs(firstNumber), abs(lastNumber)) * step.value)
    self.low = keepsLow ? low : step.value * firstNumber
    self.high = keepsHigh ? high : step.value * lastNumber
    ticks =
      firstNumber > lastNumber
      ? []
      : (Int64(firstNumber)...Int64(lastNumber)).map { number in
        Tick(value: Double(number) * step.value, text: step.text(number, suffix))
      }
  }

  /// A distance of ticks: `digit·10^exponent`.
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

    /// A multiple of the step, exactly, without the digits that sums in binary would add.
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

  /// Thousands, millions and so on, for all ticks alike.
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

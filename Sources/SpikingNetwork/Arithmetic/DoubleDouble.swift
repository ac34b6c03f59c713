/// A number as the unevaluated sum of two, of which ``high`` is the one nearest to it: about 106
/// bits.
///
/// Only what IEEE 754 rounds in one way, so that every processor gives the same bits; no fused
/// multiply-adds, which some have not.
///
/// Source: T. J. Dekker, "A floating-point technique for extending the available precision",
/// Numerische Mathematik 18, 1971; the sum of two is from D. E. Knuth, "The Art of Computer
/// Programming", volume 2, section 4.2.2.
struct DoubleDouble {
  /// The nearest Double.
  private(set) var high: Double
  /// What is left: at most half a unit in the last place of ``high``.
  private(set) var low: Double

  /// A number as it is.
  init(_ value: Double) { (high, low) = (value, 0) }

  /// An integer as it is.
  init(integer value: UInt) {
    self.init(exactSum: Double(value >> 32) * 0x1p32, Double(value & 0xffff_ffff))
  }

  /// A constant, of which `high` is the nearest Double.
  init(high: Double, low: Double) { (self.high, self.low) = (high, low) }

  /// a + b, without an error.
  init(exactSum a: Double, _ b: Double) {
    high = a + b
    let part = high - a
    low = (a - (high - part)) + (b - part)
  }

  /// a · b, without an error where neither is near the ends of the range.
  init(exactProduct a: Double, _ b: Double) {
    let (a1, a2) = halves(a)
    let (b1, b2) = halves(b)
    high = a * b
    low = ((a1 * b1 - high) + a1 * b2 + a2 * b1) + a2 * b2
  }

  /// The sum, with an error of a few units in the 106th bit.
  static func + (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
    let high = DoubleDouble(exactSum: a.high, b.high)
    let low = DoubleDouble(exactSum: a.low, b.low)
    let sum = DoubleDouble(exactSum: high.high, high.low + low.high)
    return DoubleDouble(exactSum: sum.high, sum.low + low.low)
  }

  /// The difference, see `+`.
  static func - (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
    a + DoubleDouble(high: -b.high, low: -b.low)
  }

  /// The product, with an error of a few units in the 106th bit.
  static func * (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
    let product = DoubleDouble(exactProduct: a.high, b.high)
    return DoubleDouble(
      exactSum: product.high, product.low + (a.high * b.low + a.low * b.high))
  }

  /// The quotient, with an error of a few units in the 104th bit.
  static func / (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
    let first = a.high / b.high
    let rest = a - b * DoubleDouble(first)
    return DoubleDouble(exactSum: first, rest.high / b.high)
  }

  /// `coefficients[0] + coefficients[1]·x + coefficients[2]·x² + …`, by Horner's rule.
  static func polynomial(_ coefficients: [DoubleDouble], at x: DoubleDouble) -> DoubleDouble {
    coefficients.reversed().reduce(DoubleDouble(0)) { $0 * x + $1 }
  }

  /// The Double nearest to this times 2^`exponent`; for numbers over 0.
  ///
  /// Infinity and 0 where that is out of range.
  func rounded(exponent: Int) -> Double {
    let shift = min(max(exponent, -1100), 1100)
    // Subnormal numbers lie on a grid, and `high` alone would be rounded a second time. From the
    // least number on that is not subnormal, sums lie on the same grid.
    let leastNormal = Double(sign: .plus, exponent: -1022 - shift, significand: 1)
    if high >= leastNormal { return Double(sign: .plus, exponent: shift, significand: high) }
    let sum = DoubleDouble(exactSum: leastNormal, high)
    let onGrid = (sum.high + (sum.low + low)) - leastNormal
    return Double(sign: .plus, exponent: shift, significand: onGrid)
  }
}

/// A number as the sum of two of at most 26 bits, whose products are exact (Veltkamp).
private func halves(_ value: Double) -> (Double, Double) {
  let scaled = value * 0x8000001p0
  let first = scaled - (scaled - value)
  return (first, value - first)
}

/// A number as the unevaluated sum of two Doubles, with about 106 bits of precision.
///
/// Uses only operations that IEEE 754 rounds in exactly one way, so every processor computes the
/// same bits. Fused multiply-adds are avoided because some processors lack them.
///
/// Source: T. J. Dekker, "A floating-point technique for extending the available precision",
/// Numerische Mathematik 18, 1971; the sum of two is from D. E. Knuth, "The Art of Computer
/// Programming", volume 2, section 4.2.2.
struct DoubleDouble {
  /// The Double nearest to the number.
  private(set) var high: Double
  /// The rest: at most half a unit in the last place of ``high``.
  private(set) var low: Double

  /// Converts a Double exactly.
  init(_ value: Double) { (high, low) = (value, 0) }

  /// Converts an integer exactly.
  init(integer value: UInt) {
    self.init(exactSum: Double(value >> 32) * 0x1p32, Double(value & 0xffff_ffff))
  }

  /// A constant; `high` must be the Double nearest to it.
  init(high: Double, low: Double) { (self.high, self.low) = (high, low) }

  /// a + b, exact (Knuth).
  init(exactSum a: Double, _ b: Double) {
    high = a + b
    let part = high - a
    low = (a - (high - part)) + (b - part)
  }

  /// a · b, exact (Dekker) unless a factor is near the limits of a Double's range.
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

  /// The Double nearest to this number times 2^`exponent`; the number must be positive.
  ///
  /// Infinity or 0 if the result is out of range.
  func rounded(exponent: Int) -> Double {
    let shift = min(max(exponent, -1100), 1100)
    // Subnormal numbers have a fixed spacing, so scaling `high` alone would round a second time.
    // Adding the smallest normal number rounds `high` and `low` once, to the same spacing.
    let smallestNormal = Double(sign: .plus, exponent: -1022 - shift, significand: 1)
    if high >= smallestNormal { return Double(sign: .plus, exponent: shift, significand: high) }
    let sum = DoubleDouble(exactSum: smallestNormal, high)
    let rounded = (sum.high + (sum.low + low)) - smallestNormal
    return Double(sign: .plus, exponent: shift, significand: rounded)
  }
}

/// Splits a number into two of at most 26 bits each, so that products of such parts are exact
/// (Veltkamp).
private func halves(_ value: Double) -> (Double, Double) {
  let scaled = value * 0x8000001p0
  let first = scaled - (scaled - value)
  return (first, value - first)
}

// Elementary functions that give the same bits on every processor; those of C libraries differ.
// Each reduces its argument and sums a Taylor series with twice a Double's precision, then rounds
// once. Almost all results are the nearest Double; the error is at most 0.5001 ulp (units in the
// last place).
//
// Source of the reductions: W. J. Cody and W. Waite, "Software Manual for the Elementary
// Functions", 1980; J.-M. Muller, "Elementary Functions: Algorithms and Implementation", 3rd
// edition, 2016.

/// eˣ.
package func exponential(_ x: Double) -> Double {
  if x.isNaN { return x }
  // Beyond these bounds the result is infinite or 0 anyway, and the quotient might not fit an
  // integer.
  let bounded = min(max(x, -800), 800)
  let quotient = bounded / naturalLogarithmOf2.high
  let power = Int(quotient + (quotient < 0 ? -0.5 : 0.5))
  let rest = DoubleDouble(bounded) - naturalLogarithmOf2 * DoubleDouble(Double(power))
  return DoubleDouble.polynomial(inverseFactorials, at: rest).rounded(exponent: power)
}

/// The natural logarithm: −∞ at 0, NaN below it.
package func logarithm(_ x: Double) -> Double {
  guard x > 0 else { return x == 0 ? -.infinity : .nan }
  guard x < .infinity else { return x }
  var (exponent, significand) = (Double(x.exponent), x.significand)
  if significand > 0x1.6a09e667f3bcdp0 {  // √2: keeps the significand within 1/√2…√2.
    significand /= 2
    exponent += 1
  }
  // log m = 2 artanh((m − 1)/(m + 1)).
  let tangent = DoubleDouble(significand - 1) / DoubleDouble(exactSum: significand, 1)
  let half = tangent * DoubleDouble.polynomial(inverseOddNumbers, at: tangent * tangent)
  return (naturalLogarithmOf2 * DoubleDouble(exponent) + (half + half)).high
}

/// `base` to the power of an integer.
///
/// Special cases are those of C's `pow`: exponent 0 gives 1 for any base. Each squaring doubles the
/// relative error of the previous one, so the error bound holds for exponents up to 2⁴⁰.
package func power(_ base: Double, _ exponent: Int) -> Double {
  if exponent == 0 { return 1 }
  if base.isNaN { return base }
  let isNegative = base.sign == .minus && exponent & 1 == 1
  var result = ScaledNumber(significand: DoubleDouble(1), exponent: 0)
  if base == 0 || base.isInfinite {
    result.exponent = (base == 0) == (exponent < 0) ? .max : .min
  } else {
    var square = ScaledNumber(
      significand: DoubleDouble(base.significand), exponent: Int(base.exponent))
    var bits = exponent.magnitude
    while bits != 0 {
      if bits & 1 == 1 { result = result * square }
      square = square * square
      bits >>= 1
    }
    if exponent < 0 { result = result.inverse }
  }
  let magnitude = result.significand.rounded(exponent: result.exponent)
  return isNegative ? -magnitude : magnitude
}

/// cos(π · `numerator` / `denominator`).
///
/// - Parameter denominator: Positive.
package func cosineOfPi(times numerator: Int, over denominator: Int) -> Double {
  precondition(denominator > 0)
  // Integer arithmetic reduces the angle exactly: to half a turn, a quarter, then an eighth.
  let half = denominator.magnitude
  var angle = numerator.magnitude % (2 * half)
  if angle > half { angle = 2 * half - angle }
  let isNegative = angle > half - angle
  if isNegative { angle = half - angle }
  let magnitude: DoubleDouble
  if angle <= half / 4 {
    let radians = pi * DoubleDouble(integer: angle) / DoubleDouble(integer: half)
    magnitude = DoubleDouble.polynomial(cosineSeries, at: radians * radians)
  } else {
    let radians = pi * DoubleDouble(integer: half - 2 * angle) / DoubleDouble(integer: 2 * half)
    magnitude = radians * DoubleDouble.polynomial(sineSeries, at: radians * radians)
  }
  return isNegative ? -magnitude.high : magnitude.high
}

/// A significand in 1 ..< 2 times a power of 2; the value may be beyond a Double's range.
private struct ScaledNumber {
  var significand: DoubleDouble
  var exponent: Int

  static func * (a: ScaledNumber, b: ScaledNumber) -> ScaledNumber {
    ScaledNumber(product: a.significand * b.significand, exponent: a.exponent + b.exponent)
  }

  var inverse: ScaledNumber {
    ScaledNumber(significand: DoubleDouble(1) / significand, exponent: -exponent)
  }

  init(significand: DoubleDouble, exponent: Int) {
    (self.significand, self.exponent) = (significand, exponent)
  }

  private init(product: DoubleDouble, exponent: Int) {
    let isOver = product.high >= 2
    significand = isOver ? product * DoubleDouble(0.5) : product
    // These bounds are far beyond a Double's range, and far from overflow.
    self.exponent = min(max(exponent + (isOver ? 1 : 0), -0x1_0000_0000), 0x1_0000_0000)
  }
}

private let pi = DoubleDouble(high: 0x1.921fb54442d18p+1, low: 0x1.1a62633145c07p-53)
private let naturalLogarithmOf2 = DoubleDouble(
  high: 0x1.62e42fefa39efp-1, low: 0x1.abc9e3b39803fp-56)

/// 1/n! for n up to 20; 20! is the largest factorial that fits in 64 bits.
private let inverseFactorials: [DoubleDouble] = (0...20).map { (number: UInt) in
  DoubleDouble(1) / DoubleDouble(integer: (1..<number + 1).reduce(1, *))
}
/// Coefficients of cos(x) as a series in x².
private let cosineSeries = alternating(stride(from: 0, through: 20, by: 2))
/// Coefficients of sin(x)/x as a series in x².
private let sineSeries = alternating(stride(from: 1, through: 19, by: 2))
/// Coefficients of artanh(x)/x as a series in x².
private let inverseOddNumbers: [DoubleDouble] = stride(from: 1, through: 33, by: 2).map {
  (number: UInt) in DoubleDouble(1) / DoubleDouble(integer: number)
}

private func alternating(_ powers: StrideThrough<Int>) -> [DoubleDouble] {
  powers.map { power in
    let value = inverseFactorials[power]
    return power % 4 < 2 ? value : DoubleDouble(0) - value
  }
}

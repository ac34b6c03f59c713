import Glibc
import RandomStreams
import SpikingNetwork
import Testing

@Suite("Elementary functions")
struct ArithmeticTests {
  /// Pseudorandom numbers in 0 ..< 1, the same in each run.
  private static func fractions(_ count: Int) -> [Double] {
    var stream = SplitMix64(seed: 1)
    return (0..<count).map { _ in Double(stream.next() >> 11) * 0x1p-53 }
  }

  private static func expectNear(
    _ found: Double, _ libm: Double, _ function: @autoclosure () -> String
  ) {
    // A difference of one unit in the last place is a difference of 1 in the bit pattern.
    let distance = Int64(bitPattern: found.bitPattern) - Int64(bitPattern: libm.bitPattern)
    if abs(distance) > 1 {
      Issue.record("\(function()): \(found), the C library has \(libm)")
    }
  }

  @Test("results are the Double nearest to the exact value")
  func correctlyRounded() {
    for (x, value) in CorrectlyRounded.exponentials { #expect(exponential(x) == value, "e^\(x)") }
    for (x, value) in CorrectlyRounded.logarithms { #expect(logarithm(x) == value, "ln \(x)") }
    for (base, exponent, value) in CorrectlyRounded.powers {
      #expect(power(base, exponent) == value, "\(base)^\(exponent)")
    }
    for (k, n, value) in CorrectlyRounded.cosines {
      #expect(cosineOfPi(times: k, over: n) == value, "cos(π·\(k)/\(n))")
    }
  }

  @Test("results are within a unit in the last place of the C library's")
  func cLibrary() {
    for fraction in Self.fractions(200_000) {
      for x in [fraction * 1460 - 748, fraction * 2 - 1, (fraction - 0.5) * 0x1p-20] {
        Self.expectNear(exponential(x), exp(x), "e^\(x)")
      }
      for x in [fraction, 1 + fraction, 1 + (fraction - 0.5) * 0x1p-10, exp(fraction * 1400 - 700)]
      {
        Self.expectNear(logarithm(x), log(x), "ln \(x)")
      }
      let exponent = Int((fraction * 0x1p20).truncatingRemainder(dividingBy: 2000)) - 1000
      Self.expectNear(
        power(0.5 + fraction, exponent), pow(0.5 + fraction, Double(exponent)),
        "\(0.5 + fraction)^\(exponent)")
    }
    for n in 1...300 {
      for k in 0...(2 * n) {
        // The bound allows for the rounded argument of the library's function.
        let difference = cosineOfPi(times: k, over: n) - cos(Double.pi * Double(k) / Double(n))
        if abs(difference) > 2e-15 { Issue.record("cos(π·\(k)/\(n))") }
      }
    }
  }

  @Test("infinity, 0 and NaN are handled as in C")
  func specialValues() {
    #expect(exponential(.infinity) == .infinity && exponential(-.infinity).bitPattern == 0)
    #expect(exponential(0) == 1 && exponential(-0.0) == 1 && exponential(.nan).isNaN)
    #expect(exponential(709.782712893384).isFinite && exponential(709.7827128933841) == .infinity)
    #expect(exponential(-745.1332191019411) == .leastNonzeroMagnitude)
    #expect(
      exponential(-745.1332191019412) == 0 && exponential(.greatestFiniteMagnitude) == .infinity)
    #expect(exponential(.leastNonzeroMagnitude) == 1)
    #expect(logarithm(0) == -.infinity && logarithm(-0.0) == -.infinity)
    #expect(logarithm(.infinity) == .infinity && logarithm(.nan).isNaN)
    #expect(logarithm(-1).isNaN && logarithm(-.infinity).isNaN && logarithm(1).bitPattern == 0)
    #expect(power(.nan, 0) == 1 && power(0, 0) == 1 && power(.infinity, 0) == 1)
    #expect(power(.nan, 2).isNaN && power(1, .max) == 1 && power(-1, .max) == -1)
    for exponent in [1, -1, 2, -2, 3, -3, .max, .min] {
      for base in [0.0, -0.0, .infinity, -.infinity, 2, -2, 0.5, -0.5] {
        // C's `pow` takes a Double, which rounds the odd `Int.max`, so the sign is computed here.
        let magnitude = pow(abs(base), Double(exponent))
        let isNegative = base.sign == .minus && exponent & 1 == 1
        let expected = isNegative ? -magnitude : magnitude
        #expect(power(base, exponent).bitPattern == expected.bitPattern, "\(base)^\(exponent)")
      }
    }
    #expect(cosineOfPi(times: 0, over: 7) == 1 && cosineOfPi(times: 7, over: 7) == -1)
    #expect(cosineOfPi(times: 3, over: 2).bitPattern == 0)
    #expect(cosineOfPi(times: .min, over: .max) == -1)
  }
}

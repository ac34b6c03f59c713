/// The probability that a bit is 0, estimated from the previous bits of the same context.
///
/// Integer arithmetic only, so that the page's script computes the same.
struct AdaptiveBit {
  /// The probability of a 0 in units of 1/32768; never 0 and never 1.
  private(set) var zeroProbability: UInt32 = 1 << 14
  private var count: UInt8 = 0

  /// Moves the estimate towards `bit`: quickly at first, after 45 bits by about 1/46 of the
  /// difference.
  mutating func learn(_ bit: Bool) {
    let rate = Self.rates[Int(count)]
    if bit {
      zeroProbability -= (zeroProbability &* rate) >> 15
    } else {
      zeroProbability += (((1 << 15) - zeroProbability) &* rate) >> 15
    }
    if Int(count) < Self.rates.count - 1 { count += 1 }
  }

  /// The rate after n bits, in units of 1/32768: 32768 / (n + 1.5), rounded down.
  private static let rates: [UInt32] = (0..<46).map { 65536 / (2 * $0 + 3) }
}

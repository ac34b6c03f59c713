/// How likely a bit is 0, learned from the bits before it.
///
/// Whole numbers only, so that the page's script computes the same.
struct AdaptiveBit {
  /// Of 32768; never 0 and never 32768.
  private(set) var zeroShare: UInt32 = 1 << 14
  private var count: UInt8 = 0

  /// Learns: quickly at first, later a 46th of the way.
  mutating func learn(_ bit: Bool) {
    let rate = Self.rates[Int(count)]
    if bit {
      zeroShare -= (zeroShare &* rate) >> 15
    } else {
      zeroShare += (((1 << 15) - zeroShare) &* rate) >> 15
    }
    if Int(count) < Self.rates.count - 1 { count += 1 }
  }

  /// 32768 / (n + 1.5), rounded down.
  private static let rates: [UInt32] = (0..<46).map { 65536 / (2 * $0 + 3) }
}

/// Writes or reads bits by their likeliness; code that uses one can run both ways.
protocol BitCoder {
  /// Codes a bit and learns from it.
  ///
  /// - Parameter bit: The bit to write; of no meaning to a reader.
  /// - Returns: The bit written or read.
  mutating func code(_ bit: Bool, with model: inout AdaptiveBit) -> Bool

  /// Codes a bit that may as well be 0 as 1.
  mutating func codeEvenly(_ bit: Bool) -> Bool
}

internal import FileAccess

/// The checksum of HDF5's filter 3, as the library computes it: over big-endian pairs of bytes.
///
/// Two sums modulo 65 535: of the pairs x₀ … xₙ₋₁, and of (n − i)·xᵢ. Modulo 65 535 the pair with
/// its bytes swapped is 256 times the pair, so the sums are taken over pairs as a little-endian
/// machine reads them, and swapped at the end.
///
/// Source: HDF5, `H5checksum.c`, `H5_checksum_fletcher32`.
package func fletcher32(_ bytes: RawSpan) -> UInt32 {
  var sums = FletcherSums()
  var byteOffset = 0
  while bytes.byteCount - byteOffset >= FletcherSums.byteCountPerStep {
    let stepCount = min(
      (bytes.byteCount - byteOffset) / FletcherSums.byteCountPerStep, FletcherSums.maximumStepCount)
    let end = byteOffset + stepCount * FletcherSums.byteCountPerStep
    sums.add(steps: bytes.extracting(byteOffset..<end), stepCount)
    byteOffset = end
  }
  while bytes.byteCount - byteOffset >= 2 {
    sums.add(bytes.loaded(UInt16.self, at: byteOffset))
    byteOffset += 2
  }
  // An odd byte is the high one of its pair, and in memory the first.
  if byteOffset < bytes.byteCount {
    sums.add(UInt16(bytes.loaded(UInt8.self, at: byteOffset)))
  }
  return UInt32(folded(sums.second).byteSwapped) << 16 | UInt32(folded(sums.first).byteSwapped)
}

/// The sum modulo 65 535, as the library computes it: a multiple of 65 535 other than 0 gives
/// 65 535.
private func folded(_ sum: UInt64) -> UInt16 {
  var sum = sum
  while sum > 0xFFFF { sum = (sum & 0xFFFF) + (sum >> 16) }
  return UInt16(sum)
}

private struct FletcherSums {
  var first: UInt64 = 0
  var second: UInt64 = 0

  /// A step takes 16 pairs: eight 32-bit words of two pairs.
  static let byteCountPerStep = 32

  /// The maximum number of steps whose sums fit in 32 bits: (1 + … + 360) · 65 535 < 2³².
  static let maximumStepCount = 360

  mutating func add(_ pair: UInt16) {
    first += UInt64(pair)
    second += first
  }

  mutating func add(steps bytes: RawSpan, _ stepCount: Int) {
    // For the pairs in the low and in the high halves of the words: their running sum, and the sum
    // of its values after each step. In the latter, a pair of step s counts stepCount − s times.
    var (low, lowSteps) = (SIMD8<UInt32>.zero, SIMD8<UInt32>.zero)
    var (high, highSteps) = (SIMD8<UInt32>.zero, SIMD8<UInt32>.zero)
    for step in 0..<stepCount {
      let words = bytes.loaded(SIMD8<UInt32>.self, at: step * Self.byteCountPerStep)
      low &+= words & 0xFFFF
      lowSteps &+= low
      high &+= words &>> 16
      highSteps &+= high
    }
    let pairCount = UInt64(stepCount * 16)
    second += pairCount * first
    for lane in 0..<8 {
      let (low, high) = (UInt64(low[lane]), UInt64(high[lane]))
      first += low + high
      // Pair i = 16·s + p, at index p of step s, counts 16·stepCount − i = 16·(stepCount − s) − p
      // times.
      second += 16 * (UInt64(lowSteps[lane]) + UInt64(highSteps[lane]))
      second -= UInt64(2 * lane) * low + UInt64(2 * lane + 1) * high
    }
    first = UInt64(folded(first))
    second = UInt64(folded(second))
  }
}

internal import Glibc

/// Reproducible random numbers: the seed is printed, as a line to paste into the test.
///
/// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (SplitMix64).
package struct SeededGenerator: RandomNumberGenerator, Sendable {
  /// The seed, which determines all numbers.
  package let seed: UInt64

  private var state: UInt64

  /// Starts with a known seed, such as one that was printed.
  package init(seed: UInt64) {
    self.seed = seed
    state = seed
  }

  /// Starts with the seed in the environment variable `DVSKIT_TEST_SEED`, or else with a random
  /// one.
  ///
  /// - Parameter test: The test's name, for the printed line.
  package init(printingSeedFor test: String = #function) {
    let given = unsafe getenv("DVSKIT_TEST_SEED").flatMap { unsafe UInt64(String(cString: $0)) }
    self.init(seed: given ?? UInt64.random(in: .min ... .max))
    print("var generator = SeededGenerator(seed: \(seed))  // \(test)")
  }

  /// The next 64 bits.
  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}

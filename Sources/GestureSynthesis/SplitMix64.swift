/// A 64-bit generator that turns any seed, however poor, into well-mixed words.
///
/// It seeds ``Xoshiro256StarStar`` and mixes several numbers into one seed.
///
/// Source: S. Vigna, "splitmix64.c", 2015, https://prng.di.unimi.it/splitmix64.c (public domain);
/// the algorithm is of Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
struct SplitMix64: Equatable, Sendable {
  private var state: UInt64

  /// Starts the sequence that belongs to `seed`; every value is allowed.
  init(seed: UInt64) {
    state = seed
  }

  /// The next word of the sequence.
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
    return word ^ (word >> 31)
  }
}

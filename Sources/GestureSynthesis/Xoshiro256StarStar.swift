internal import RandomStreams

/// The generator of all random numbers of a synthetic recording.
///
/// Its numbers, and all values derived from them here, are the same on every machine.
///
/// Source: D. Blackman and S. Vigna, "xoshiro256starstar.c", 2018,
/// https://prng.di.unimi.it/xoshiro256starstar.c (public domain).
struct Xoshiro256StarStar: Equatable, Sendable {
  private var state0: UInt64
  private var state1: UInt64
  private var state2: UInt64
  private var state3: UInt64

  /// Starts from a given state, of which at least one word must be nonzero.
  init(state: (UInt64, UInt64, UInt64, UInt64)) {
    precondition(
      state.0 | state.1 | state.2 | state.3 != 0, "xoshiro256** needs a state that is not all zero")
    (state0, state1, state2, state3) = state
  }

  /// Starts the stream of a seed, a purpose and further numbers, such as subject and lighting.
  ///
  /// Streams of different keys are independent: SplitMix64 mixes every number of the key.
  init(seed: UInt64, purpose: RandomPurpose, _ numbers: UInt64...) {
    var words = SplitMix64(seed: seed, key: [purpose.rawValue] + numbers)
    self.init(state: (words.next(), words.next(), words.next(), words.next()))
  }

  /// The next 64 random bits.
  mutating func next() -> UInt64 {
    let product = state1 &* 5
    let result = ((product << 7) | (product >> 57)) &* 9
    let shifted = state1 << 17
    state2 ^= state0
    state3 ^= state1
    state1 ^= state2
    state0 ^= state3
    state2 ^= shifted
    state3 = (state3 << 45) | (state3 >> 19)
    return result
  }

  /// A uniform number of 0 ..< 1, a multiple of 2⁻⁵³.
  mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// A uniform number from `range`; the upper bound occurs by rounding only.
  mutating func uniform(in range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
  }

  /// A uniform integer of 0 ..< `bound`; its bias, below `bound` / 2⁶⁴, does not matter here.
  mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0, "a bound above 0 is needed, not \(bound)")
    return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// True with a given probability.
  mutating func chance(_ probability: Double) -> Bool {
    uniform() < probability
  }
}

/// A 64-bit random number generator that mixes well for any seed.
///
/// Word i depends only on the seed and i. The algorithm takes a dozen lines in any language, so
/// every random choice can be reproduced elsewhere.
///
/// Source: S. Vigna, "splitmix64.c", 2015, https://prng.di.unimi.it/splitmix64.c (public domain);
/// the algorithm is by Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
/// 2014.
package struct SplitMix64: Equatable, Sendable {
  private var state: UInt64

  /// Starts the sequence of a seed; any value is valid.
  package init(seed: UInt64) {
    state = seed
  }

  /// Starts the sequence of a seed and a key, the numbers that identify its use.
  ///
  /// Different keys give unrelated sequences. If `first(s)` is the first word of the sequence of
  /// seed s, the sequence of a key is that of the seed
  /// `first(… first(first(seed) ^ numbers[0]) ^ numbers[1] …) ^ numbers.last`.
  package init(seed: UInt64, key numbers: [UInt64]) {
    state = numbers.reduce(seed) { mixed, number in
      var words = SplitMix64(seed: mixed)
      return words.next() ^ number
    }
  }

  /// The next word of the sequence.
  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
    return word ^ (word >> 31)
  }

  /// Skips words of the sequence.
  ///
  /// - Complexity: O(1).
  package mutating func skip(_ count: Int) {
    state &+= 0x9e37_79b9_7f4a_7c15 &* UInt64(count)
  }

  /// A number in 0 ..< 1, a multiple of 2⁻²⁴, from the upper 24 bits of the next word.
  package mutating func uniform() -> Float {
    Float(next() >> 40) * 0x1p-24
  }

  /// An integer in 0 ..< `bound`: the upper 64 bits of the 128-bit product of `bound` and the next
  /// word.
  package mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0, "a bound above 0 is needed, not \(bound)")
    return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// 0 ..< `count` in random order: the Fisher–Yates shuffle, from the last index down to 1.
  package mutating func permutation(of count: Int) -> [Int] {
    var numbers = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) {
      numbers.swapAt(last, integer(below: last + 1))
    }
    return numbers
  }
}

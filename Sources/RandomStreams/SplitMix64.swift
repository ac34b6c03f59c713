/// A 64-bit generator that turns any seed, however poor, into well-mixed words.
///
/// Word i depends on the seed and i only, and takes a dozen lines in any language, so that others
/// can follow every random choice made with it.
///
/// Source: S. Vigna, "splitmix64.c", 2015, https://prng.di.unimi.it/splitmix64.c (public domain);
/// the algorithm is of Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
/// 2014.
package struct SplitMix64: Equatable, Sendable {
  private var state: UInt64

  /// Starts the sequence that belongs to `seed`; every value is allowed.
  package init(seed: UInt64) {
    state = seed
  }

  /// Starts the sequence that belongs to a seed and the numbers of what it is used for.
  ///
  /// Sequences of different keys are unrelated: with `first(s)` for the first word of the sequence
  /// of `s`, the sequence is that of
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

  /// A number of 0 ..< 1 in steps of 2⁻²⁴, from the upper bits of the next word.
  package mutating func uniform() -> Float {
    Float(next() >> 40) * 0x1p-24
  }

  /// A whole number of 0 ..< `bound`, as the upper half of bound times the next word.
  package mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0, "a bound above 0 is needed, not \(bound)")
    return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// 0 ..< `count` in random order: Fisher and Yates, from the last place to the second.
  package mutating func permutation(of count: Int) -> [Int] {
    var numbers = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) {
      numbers.swapAt(last, integer(below: last + 1))
    }
    return numbers
  }
}

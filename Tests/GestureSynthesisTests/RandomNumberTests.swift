import RandomStreams
import Testing

@testable import GestureSynthesis

@Suite("Random numbers and the sine")
struct RandomNumberTests {
  /// Source: the first numbers of Vigna's splitmix64.c for this seed, as listed at Rosetta Code,
  /// "Pseudo-random numbers/Splitmix64".
  @Test("SplitMix64 gives the published numbers for seed 1234567")
  func splitMix64Vector() {
    var generator = SplitMix64(seed: 1_234_567)
    let expected: [UInt64] = [
      6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
      4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
    ]
    for word in expected {
      #expect(generator.next() == word)
    }
  }

  /// Source: the reference implementation's numbers, as in the tests of the Rust crate
  /// rand_xoshiro.
  @Test("xoshiro256** gives the published numbers for state 1, 2, 3, 4")
  func xoshiroVector() {
    var generator = Xoshiro256StarStar(state: (1, 2, 3, 4))
    let expected: [UInt64] = [
      11520, 0, 1_509_978_240, 1_215_971_899_390_074_240, 1_216_172_134_540_287_360,
      607_988_272_756_665_600, 16_172_922_978_634_559_625, 8_476_171_486_693_032_832,
      10_595_114_339_597_558_777, 2_904_607_092_377_533_576,
    ]
    for word in expected {
      #expect(generator.next() == word)
    }
  }

  @Test("streams of different keys differ, and streams of the same key are equal")
  func streams() {
    let keys: [(UInt64, RandomPurpose, UInt64, UInt64)] = [
      (1, .trial, 1, 1), (2, .trial, 1, 1), (1, .events, 1, 1), (1, .trial, 2, 1),
      (1, .trial, 1, 2), (1, .trial, 2, 2), (0, .trial, 0, 0),
    ]
    func firstWord(_ key: (UInt64, RandomPurpose, UInt64, UInt64)) -> UInt64 {
      var stream = Xoshiro256StarStar(seed: key.0, purpose: key.1, key.2, key.3)
      return stream.next()
    }
    let words = keys.map(firstWord)
    #expect(Set(words).count == keys.count)
    #expect(keys.map(firstWord) == words)
  }

  @Test("uniform numbers are in 0 ..< 1 with mean 1/2, and integers are uniform below their bound")
  func uniformNumbers() {
    var random = Xoshiro256StarStar(seed: 7, purpose: .camera)
    var insideCount = 0
    var sum = 0.0
    var counts = [0, 0, 0]
    for _ in 0..<30_000 {
      let number = random.uniform()
      insideCount += number >= 0 && number < 1 ? 1 : 0
      sum += number
      counts[random.integer(below: 3)] += 1
    }
    #expect(insideCount == 30_000)
    // Five standard deviations: of the mean, √(1/12) / √30000; of a count, √(30000 · 1/3 · 2/3) =
    // 82.
    #expect(abs(sum / 30_000 - 0.5) < 5 * 0.2887 / 173.2)
    for count in counts {
      #expect(abs(count - 10_000) < 5 * 82)
    }
  }

  /// The values are sin(2π·t) rounded to double, from Python's mpmath 1.3 at 50 digits.
  @Test(
    "the sine is within 1e-13 of exact values",
    arguments: [
      (0.0, 0.0), (0.25, 1.0), (0.5, 0.0), (0.75, -1.0), (-0.25, -1.0), (1000.25, 1.0),
      (1.0 / 12, 0.5), (-1.0 / 12, -0.5), (0.125, 0.707_106_781_186_547_5),
      (0.1, 0.587_785_252_292_473_1), (0.2, 0.951_056_516_295_153_6),
      (0.3, 0.951_056_516_295_153_6), (0.4, 0.587_785_252_292_473_1),
      (-7.9, 0.587_785_252_292_473_1),
    ])
  func sineValues(turns: Double, expected: Double) {
    // The angle itself is rounded: a turn of size n is off by up to n ulp(1), times 2π.
    let tolerance = 1e-13 + abs(turns) * 0x1p-52 * 6.3
    #expect(abs(sine(turns: turns) - expected) < tolerance)
  }

  @Test("sine and cosine satisfy the identities of circle, period and sum of angles")
  func sineIdentities() {
    for step in -500...500 {
      let turns = Double(step) * 0x1.8p-7
      let (s, c) = (sine(turns: turns), cosine(turns: turns))
      #expect(abs(s * s + c * c - 1) < 1e-12)
      #expect(sine(turns: turns + 4) == s)
      let (s2, c2) = (sine(turns: 0.0625), cosine(turns: 0.0625))
      #expect(abs(sine(turns: turns + 0.0625) - (s * c2 + c * s2)) < 1e-12)
    }
  }
}

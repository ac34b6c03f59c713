import FileAccess
import Support
import Testing

@Suite struct ContentHashTests {
  func hash(_ pieces: [[UInt8]]) -> UInt64 {
    var hash = ContentHash()
    for piece in pieces { piece.withRawSpan { hash.update($0) } }
    return hash.value
  }

  /// The input bytes of xxHash's own tests.
  ///
  /// Source: xxHash 0.8.1, `cli/xsum_sanity_check.c`.
  func sanityBytes(_ count: Int) -> [UInt8] {
    var generator: UInt64 = 2_654_435_761
    return (0..<count).map { _ in
      defer { generator &*= 11_400_714_785_074_694_797 }
      return UInt8(generator >> 56)
    }
  }

  @Test(
    "hashes match the vectors of xxHash's own tests",
    arguments: [
      // Source: xxHash 0.8.1, `cli/xsum_sanity_check.c`, XXH3 with seed 0.
      (0, 0x2D06_8005_38D3_94C2), (1, 0xC44B_DFF4_074E_ECDB), (6, 0x27B5_6A84_CD2D_7325),
      (12, 0xA713_DAF0_DFBB_77E7), (24, 0xA3FE_70BF_9D35_10EB), (48, 0x397D_A259_ECBA_1F11),
      (80, 0xBCDE_FBBB_2C47_C90A), (195, 0xCD94_217E_E362_EC3A), (403, 0xCDEB_804D_65C6_DEA4),
      (512, 0x617E_4959_9013_CB6B), (2048, 0xDD59_E2C3_A5F0_38E0),
    ] as [(Int, UInt64)])
  func vectors(_ byteCount: Int, _ expected: UInt64) {
    #expect(hash([sanityBytes(byteCount)]) == expected)
  }

  @Test("the hash does not depend on the division of the input into pieces")
  func pieces() {
    var generator = SeededGenerator(printingSeedFor: "content hash in pieces")
    for byteCount in [0, 1, 16, 240, 241, 255, 256, 257, 1024, 1025, 10_000] {
      let bytes = (0..<byteCount).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
      let whole = hash([bytes])
      #expect(hash(bytes.map { [$0] }) == whole)
      for _ in 0..<10 {
        var pieces: [[UInt8]] = []
        var rest = bytes[...]
        while !rest.isEmpty {
          let piece = rest.prefix(Int.random(in: 0...700, using: &generator))
          pieces.append(Array(piece))
          rest = rest.dropFirst(piece.count)
        }
        #expect(hash(pieces) == whole)
      }
    }
  }

  @Test("the value can be read between pieces")
  func between() {
    var hash = ContentHash()
    #expect(hash.value == 0x2D06_8005_38D3_94C2)
    [UInt8](repeating: 1, count: 500).withRawSpan { hash.update($0) }
    let first = hash.value
    #expect(hash.value == first)
    [2].withRawSpan { hash.update($0) }
    #expect(hash.value != first)
  }

  @Test("every single-bit flip changes the hash")
  func bitFlips() {
    let bytes = sanityBytes(300)
    let whole = hash([bytes])
    for bit in 0..<bytes.count * 8 where hash([bytes.flippingBit(bit)]) == whole {
      Issue.record("bit \(bit)")
    }
  }
}

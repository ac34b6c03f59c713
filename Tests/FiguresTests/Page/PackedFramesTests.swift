import Support
import Testing

@testable import Figures

@Suite("Packed frames")
struct PackedFramesTests {
  /// Random counts `[T, 2, height, width]`, of which `fraction` are over 0.
  private func counts(
    _ frameCount: Int, width: Int, height: Int, fraction: Double, highest: UInt16,
    using generator: inout SeededGenerator
  ) -> [UInt16] {
    (0..<frameCount * 2 * width * height).map { _ in
      Double.random(in: 0..<1, using: &generator) < fraction
        ? UInt16.random(in: 1...highest, using: &generator) : 0
    }
  }

  @Test(
    "survive a round trip for all counts",
    arguments: [
      (1, 1, 1, 0.5, 1), (3, 7, 7, 0.1, 2), (2, 16, 16, 1.0, 20), (4, 32, 32, 0.03, 300),
      (1, 64, 64, 0.5, 65535), (5, 8, 8, 0.0, 1), (2, 128, 128, 0.02, 9), (0, 8, 8, 0.5, 3),
      (3, 40, 24, 0.2, 5), (2, 5, 61, 0.2, 5), (4, 1, 9, 0.5, 70), (4, 9, 1, 0.5, 70),
    ] as [(Int, Int, Int, Double, UInt16)])
  func roundTrip(frameCount: Int, width: Int, height: Int, fraction: Double, highest: UInt16) {
    var generator = SeededGenerator(seed: 11)
    let counts = counts(
      frameCount, width: width, height: height, fraction: fraction, highest: highest,
      using: &generator)
    let packed = PackedFrames(
      packing: counts.span, frameCount: frameCount, width: width, height: height, reduction: .none)
    #expect(packed.unpacked() == counts)
    #expect(packed.maximum == counts.max() ?? 0)
  }

  @Test("survive a round trip for every count from 0 to 65535")
  func everyCount() {
    var counts = (0...UInt16.max).map { $0 }
    counts.append(contentsOf: counts.reversed())
    let packed = PackedFrames(packing: counts.span, frameCount: 1, side: 256, reduction: .none)
    #expect(packed.unpacked() == counts)
  }

  @Test("survive a round trip with long runs that end in a carry")
  func carries() {
    for length in 0..<64 {
      for tail: UInt16 in [0, 1, 2, 40_000] {
        var counts = [UInt16](repeating: 0, count: 2 * 12 * 12)
        for index in 0..<length { counts[index] = 1 }
        counts[length + 3] = tail
        let packed = PackedFrames(packing: counts.span, frameCount: 1, side: 12, reduction: .none)
        #expect(packed.unpacked() == counts)
      }
    }
  }

  @Test("take less than 100 bytes for 16 frames without events")
  func empty() {
    let counts = [UInt16](repeating: 0, count: 16 * 2 * 128 * 128)
    let packed = PackedFrames(packing: counts.span, frameCount: 16, side: 128, reduction: .none)
    #expect(packed.bytes.count < 100)
  }

  @Test("are reduced to the level of the maximum count of a block")
  func reduction() {
    let counts: [UInt16] = [
      0, 0, 1, 0,
      0, 0, 0, 2,
      3, 9, 4, 0,
      0, 0, 0, 0,
    ]
    let packed = PackedFrames(
      packing: (counts + counts.map { $0 * 2 }).span, frameCount: 1, side: 4,
      reduction: FrameReduction(blockSide: 2, thresholds: [1, 3, 9]))
    #expect(packed.width == 2 && packed.height == 2)
    #expect(packed.unpacked() == [0, 1, 3, 2, 0, 2, 3, 2])
    let whole = PackedFrames(
      packing: counts.span.extracting(0..<8), frameCount: 1, side: 2,
      reduction: .threeLevels(scale: 4))
    #expect(whole.unpacked() == [0, 0, 1, 0, 0, 0, 0, 1])
  }

  @Test("are reduced with partial blocks at the right and the lower edge")
  func edges() {
    let counts: [UInt16] = [
      1, 0, 0, 0, 7,
      0, 0, 0, 2, 0,
      0, 3, 0, 0, 5,
    ]
    let packed = PackedFrames(
      packing: (counts + counts.reversed()).span, frameCount: 1, width: 5, height: 3,
      reduction: FrameReduction(blockSide: 2))
    #expect(packed.width == 3 && packed.height == 2)
    #expect(packed.unpacked() == [1, 2, 7, 3, 0, 5, 5, 3, 0, 7, 0, 1])
    #expect(packed.json(palette: "p").hasPrefix("{\"width\":3,\"height\":2,\"count\":1,"))
    let whole = PackedFrames(
      packing: (counts + counts).span, frameCount: 1, width: 5, height: 3,
      reduction: FrameReduction(blockSide: 8))
    #expect(whole.unpacked() == [7, 7])
  }

  @Test("differ after a flipped bit before the last bytes, and no flipped bit traps")
  func damage() {
    var generator = SeededGenerator(seed: 5)
    let counts = counts(2, width: 16, height: 16, fraction: 0.2, highest: 60_000, using: &generator)
    let packed = PackedFrames(packing: counts.span, frameCount: 2, side: 16, reduction: .none)
    for offset in packed.bytes.indices {
      for bit in 0..<8 {
        var bytes = packed.bytes
        bytes[offset] ^= 1 << bit
        let found = packed.unpacked(from: bytes)
        #expect(found.count == counts.count)
        // The last bytes are a number of an interval, all of whose numbers decode to the same
        // frames.
        guard offset < packed.bytes.count - 4 else { continue }
        #expect(found != counts, "bit \(bit) of byte \(offset)")
      }
    }
  }

  @Test("have a palette with the level of each value and the colour of each pair of levels")
  func palette() {
    let whole = FramePalette(identifier: "p", scale: 3)
    #expect(whole.levels == [0, 5, 10, 14])
    let reduced = FramePalette(identifier: "p", reduction: .threeLevels(scale: 4), scale: 4)
    #expect(reduced.levels == [0, 4, 14])
    let text = reduced.markup.text
    #expect(text.hasPrefix("<script type=\"application/json\" id=\"p\">{\"levels\":[0,4,14],"))
    let dark = EventColours.dark.levelColours.map { $0.hexadecimal.dropFirst() }.joined()
    let light = EventColours.light.levelColours.map { $0.hexadecimal.dropFirst() }.joined()
    #expect(text.contains("\"dark\":\"\(dark)\",\"light\":\"\(light)\"}"))
  }
}

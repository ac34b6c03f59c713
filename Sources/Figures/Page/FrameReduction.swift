/// What of the counts of frames a page keeps.
package struct FrameReduction: Equatable, Sendable {
  /// Pixels of the sensor in a row that become one of the page, as in a column: the highest of
  /// their counts is taken.
  package let blockSide: Int

  /// The least count of level 1, of level 2 …, ascending; empty where counts are kept as they are.
  package let thresholds: [UInt16]

  /// Chooses what is kept.
  package init(blockSide: Int = 1, thresholds: [UInt16] = []) {
    precondition(blockSide >= 1, "blocks of \(blockSide) pixels")
    precondition(
      zip([0] + thresholds, thresholds).allSatisfy { $0 < $1 }, "thresholds \(thresholds)")
    self.blockSide = blockSide
    self.thresholds = thresholds
  }

  /// Every count.
  package static let none = FrameReduction()

  /// Three levels: no event, up to half of a scale, more.
  ///
  /// - Parameters:
  ///   - scale: The count of full brightness; see ``EventColours/level(of:scale:)``.
  ///   - blockSide: As in ``init(blockSide:thresholds:)``.
  package static func threeLevels(scale: Int, blockSide: Int = 1) -> FrameReduction {
    FrameReduction(
      blockSide: blockSide, thresholds: [1, UInt16(clamping: max(2, scale / 2 + 1))])
  }

  /// The level of a count, or the count.
  func level(of count: UInt16) -> UInt16 {
    // Most counts are 0.
    if count == 0 || thresholds.isEmpty { return count }
    var level: UInt16 = 0
    while Int(level) < thresholds.count, count >= thresholds[Int(level)] { level += 1 }
    return level
  }

  /// Reduces a frame.
  ///
  /// - Parameters:
  ///   - counts: `[…, 2, side, side]`.
  ///   - frame: Which of the first axis.
  ///   - side: A multiple of ``blockSide``.
  ///   - values: Becomes `[2, side / blockSide, side / blockSide]`.
  func reduce(_ counts: Span<UInt16>, frame: Int, side: Int, into values: inout [UInt16]) {
    let reducedSide = side / blockSide
    let base = frame * 2 * side * side
    if values.count != 2 * reducedSide * reducedSide {
      values = Array(repeating: 0, count: 2 * reducedSide * reducedSide)
    }
    if blockSide == 1 {
      for place in values.indices { values[place] = level(of: counts[base + place]) }
      return
    }
    for polarity in 0..<2 {
      for y in 0..<reducedSide {
        for x in 0..<reducedSide {
          var highest: UInt16 = 0
          for row in y * blockSide..<(y + 1) * blockSide {
            let first = base + (polarity * side + row) * side + x * blockSide
            for place in first..<first + blockSide { highest = max(highest, counts[place]) }
          }
          values[(polarity * reducedSide + y) * reducedSide + x] = level(of: highest)
        }
      }
    }
  }
}

/// What of the counts of frames a page keeps.
package struct FrameReduction: Equatable, Sendable {
  /// Pixels of the sensor in a row that become one of the page, as in a column: the highest of
  /// their counts is taken.
  ///
  /// At the right and the lower edge fewer may be left for one.
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

  /// The pixels of a page that so many of the sensor's become; the last block may have fewer.
  func length(of pixelCount: Int) -> Int { (pixelCount + blockSide - 1) / blockSide }

  /// Reduces a frame.
  ///
  /// - Parameters:
  ///   - counts: `[…, 2, height, width]`.
  ///   - frame: Which of the first axis.
  ///   - width: Columns.
  ///   - height: Rows.
  ///   - values: Becomes `[2, length(of: height), length(of: width)]`.
  func reduce(
    _ counts: Span<UInt16>, frame: Int, width: Int, height: Int, into values: inout [UInt16]
  ) {
    let (reducedWidth, reducedHeight) = (length(of: width), length(of: height))
    let base = frame * 2 * width * height
    if values.count != 2 * reducedWidth * reducedHeight {
      values = Array(repeating: 0, count: 2 * reducedWidth * reducedHeight)
    }
    if blockSide == 1 {
      for place in values.indices { values[place] = level(of: counts[base + place]) }
      return
    }
    for place in values.indices { values[place] = 0 }
    for polarity in 0..<2 {
      for y in 0..<height {
        let first = base + (polarity * height + y) * width
        let row = (polarity * reducedHeight + y / blockSide) * reducedWidth
        // Most counts are 0, and need no division.
        for x in 0..<width where counts[first + x] > 0 {
          let place = row + x / blockSide
          values[place] = max(values[place], counts[first + x])
        }
      }
    }
    for place in values.indices { values[place] = level(of: values[place]) }
  }
}

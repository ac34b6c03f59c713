/// How the counts of frames are reduced for a page: fewer pixels, fewer levels.
package struct FrameReduction: Equatable, Sendable {
  /// The width and height, in pixels of the sensor, of the blocks that become one pixel of the
  /// page: the maximum of their counts.
  ///
  /// Blocks at the right and the lower edge may be smaller.
  package let blockSide: Int

  /// The minimum counts of level 1, of level 2 …, ascending; empty to keep counts unchanged.
  package let thresholds: [UInt16]

  /// Creates a reduction.
  package init(blockSide: Int = 1, thresholds: [UInt16] = []) {
    precondition(blockSide >= 1, "blocks of \(blockSide) pixels")
    precondition(
      zip([0] + thresholds, thresholds).allSatisfy { $0 < $1 }, "thresholds \(thresholds)")
    self.blockSide = blockSide
    self.thresholds = thresholds
  }

  /// No reduction: all pixels and counts are kept.
  package static let none = FrameReduction()

  /// Three levels: no event, up to half of `scale`, and more.
  ///
  /// - Parameters:
  ///   - scale: The count of full brightness; see ``EventColours/level(of:scale:)``.
  ///   - blockSide: As in ``init(blockSide:thresholds:)``.
  package static func threeLevels(scale: Int, blockSide: Int = 1) -> FrameReduction {
    FrameReduction(
      blockSide: blockSide, thresholds: [1, UInt16(clamping: max(2, scale / 2 + 1))])
  }

  /// The level of a count, or the count itself if there are no thresholds.
  func level(of count: UInt16) -> UInt16 {
    // Most counts are 0.
    if count == 0 || thresholds.isEmpty { return count }
    var level: UInt16 = 0
    while Int(level) < thresholds.count, count >= thresholds[Int(level)] { level += 1 }
    return level
  }

  /// The number of blocks along a side of `pixelCount` pixels; the last block may be smaller.
  func length(of pixelCount: Int) -> Int { (pixelCount + blockSide - 1) / blockSide }

  /// Reduces a frame.
  ///
  /// - Parameters:
  ///   - counts: The counts of all frames, `[T, 2, height, width]`.
  ///   - frame: The frame's index, 0…T − 1.
  ///   - width: The columns of the sensor.
  ///   - height: The rows of the sensor.
  ///   - values: The result, `[2, length(of: height), length(of: width)]`; resized if needed.
  func reduce(
    _ counts: Span<UInt16>, frame: Int, width: Int, height: Int, into values: inout [UInt16]
  ) {
    let (reducedWidth, reducedHeight) = (length(of: width), length(of: height))
    let base = frame * 2 * width * height
    if values.count != 2 * reducedWidth * reducedHeight {
      values = Array(repeating: 0, count: 2 * reducedWidth * reducedHeight)
    }
    if blockSide == 1 {
      for index in values.indices { values[index] = level(of: counts[base + index]) }
      return
    }
    for index in values.indices { values[index] = 0 }
    for polarity in 0..<2 {
      for y in 0..<height {
        let first = base + (polarity * height + y) * width
        let row = (polarity * reducedHeight + y / blockSide) * reducedWidth
        // Most counts are 0 and can be skipped.
        for x in 0..<width where counts[first + x] > 0 {
          let target = row + x / blockSide
          values[target] = max(values[target], counts[first + x])
        }
      }
    }
    for index in values.indices { values[index] = level(of: values[index]) }
  }
}

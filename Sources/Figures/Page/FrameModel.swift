/// Codes the values of frames, each in the context of its neighbours, of the previous frame and of
/// the other polarity.
///
/// A value is coded as the answers to "is it over 0?", "is it over 1?" …; values from 16 continue
/// with an Elias gamma code. The order is frame 0 OFF, frame 0 ON, frame 1 OFF …, each in rows.
/// `frames.js` contains the matching decoder.
struct FrameModel {
  /// The number of values in a row.
  private let width: Int
  /// The number of values in a column.
  private let height: Int
  /// The length of a row in ``planes``, with two zeros before the values and one after them.
  private let stride: Int
  private var zeroModels = [AdaptiveBit](
    repeating: AdaptiveBit(), count: 2 * Self.zeroContextCount)
  private var sizeModels = [AdaptiveBit](
    repeating: AdaptiveBit(), count: 2 * Self.unaryLimit * Self.sizeClassCount)
  /// The previous frame, laid out as in ``planes``.
  private var previous: [[UInt16]]
  /// The current frame, `[OFF, ON]`, with a margin of zeros: also a row above and one below.
  private var planes: [[UInt16]]

  private static let zeroContextCount = 3 * 3 * 8 * 2 * 3 * 3
  private static let unaryLimit = 15
  private static let sizeClassCount = 6

  init(width: Int, height: Int) {
    self.width = width
    self.height = height
    stride = width + 3
    let plane = [UInt16](repeating: 0, count: stride * (height + 2))
    previous = [plane, plane]
    planes = previous
  }

  /// Codes a frame.
  ///
  /// - Parameters:
  ///   - values: The frame, `[2, height, width]`: OFF, ON. A decoder overwrites them.
  ///   - coder: The encoder or decoder.
  mutating func code(_ values: inout [UInt16], with coder: inout some BitCoder) {
    swap(&previous, &planes)
    for polarity in 0..<2 {
      for y in 0..<height {
        for x in 0..<width {
          let index = (polarity * height + y) * width + x
          let padded = (y + 1) * stride + x + 2
          let value = code(values[index], at: padded, polarity, with: &coder)
          values[index] = value
          planes[polarity][padded] = value
        }
      }
    }
  }

  private mutating func code(
    _ value: UInt16, at index: Int, _ polarity: Int, with coder: inout some BitCoder
  ) -> UInt16 {
    let west = planes[polarity][index - 1]
    let north = planes[polarity][index - stride]
    let earlier = previous[polarity][index]
    var context = Int(min(west, 2)) * 3 + Int(min(north, 2))
    context = context * 2 + (planes[polarity][index - stride - 1] > 0 ? 1 : 0)
    context = context * 2 + (planes[polarity][index - stride + 1] > 0 ? 1 : 0)
    context = context * 2 + (planes[polarity][index - 2] > 0 ? 1 : 0)
    context = context * 2 + (earlier > 0 ? 1 : 0)
    let around =
      (previous[polarity][index - 1] > 0 ? 1 : 0) + (previous[polarity][index + 1] > 0 ? 1 : 0)
      + (previous[polarity][index - stride] > 0 ? 1 : 0)
      + (previous[polarity][index + stride] > 0 ? 1 : 0)
    context = context * 3 + (around == 0 ? 0 : around < 3 ? 1 : 2)
    context = context * 3 + (polarity == 0 ? 0 : Int(min(planes[0][index], 2)))
    context += polarity * Self.zeroContextCount
    guard coder.code(value > 0, with: &zeroModels[context]) else { return 0 }
    let size = Int(west) + Int(north) + Int(earlier)
    let sizeClass = min(Self.sizeClassCount - 1, Int.bitWidth - size.leadingZeroBitCount)
    var reached = 1
    while reached <= Self.unaryLimit {
      let model = (polarity * Self.unaryLimit + reached - 1) * Self.sizeClassCount + sizeClass
      guard coder.code(value > reached, with: &sizeModels[model]) else { return UInt16(reached) }
      reached += 1
    }
    return UInt16(clamping: codeRest(Int(value) - reached + 1, with: &coder) + reached - 1)
  }

  /// Codes a number of at least 1 in an Elias gamma code.
  ///
  /// n ones, where n is the number of binary digits after the first, a zero, then those n digits.
  private func codeRest(_ number: Int, with coder: inout some BitCoder) -> Int {
    var digitCount = 0
    // Bounded, so that a decoder of corrupt bytes terminates.
    while digitCount < 16, coder.codeDirectly(number >> (digitCount + 1) > 0) { digitCount += 1 }
    var read = 1
    for digit in (0..<digitCount).reversed() {
      read = read << 1 | (coder.codeDirectly(number >> digit & 1 == 1) ? 1 : 0)
    }
    return read
  }
}

/// Codes the values of frames, each by what stands around it: its neighbours, the frame before, the
/// other polarity.
///
/// A value is coded as the answers to "is it over 0?", "is it over 1?" …; from 16 on as an Elias
/// gamma code. Planes come in the order frame 0 OFF, frame 0 ON, frame 1 OFF …, values by rows.
/// `frames.js` is the other implementation.
struct FrameModel {
  /// Values in a row.
  private let width: Int
  /// Values in a column.
  private let height: Int
  /// Values in a row of a plane, with two zeros before it and one behind it.
  private let stride: Int
  private var zeroModels = [AdaptiveBit](
    repeating: AdaptiveBit(), count: 2 * Self.zeroContextCount)
  private var sizeModels = [AdaptiveBit](
    repeating: AdaptiveBit(), count: 2 * Self.unaryLimit * Self.sizeClassCount)
  /// The planes of the last frame and of this one, with a row of zeros above and below.
  private var before: [[UInt16]]
  private var planes: [[UInt16]]

  private static let zeroContextCount = 3 * 3 * 8 * 2 * 3 * 3
  private static let unaryLimit = 15
  private static let sizeClassCount = 6

  init(width: Int, height: Int) {
    self.width = width
    self.height = height
    stride = width + 3
    let plane = [UInt16](repeating: 0, count: stride * (height + 2))
    before = [plane, plane]
    planes = before
  }

  /// Codes a frame.
  ///
  /// - Parameters:
  ///   - values: `[2, height, width]`: OFF, ON. A reader changes them to what it read.
  ///   - coder: Writes or reads.
  mutating func code(_ values: inout [UInt16], with coder: inout some BitCoder) {
    swap(&before, &planes)
    for polarity in 0..<2 {
      for y in 0..<height {
        for x in 0..<width {
          let index = (polarity * height + y) * width + x
          let place = (y + 1) * stride + x + 2
          let value = code(values[index], at: place, polarity, with: &coder)
          values[index] = value
          planes[polarity][place] = value
        }
      }
    }
  }

  private mutating func code(
    _ value: UInt16, at place: Int, _ polarity: Int, with coder: inout some BitCoder
  ) -> UInt16 {
    let west = planes[polarity][place - 1]
    let north = planes[polarity][place - stride]
    let earlier = before[polarity][place]
    var context = Int(min(west, 2)) * 3 + Int(min(north, 2))
    context = context * 2 + (planes[polarity][place - stride - 1] > 0 ? 1 : 0)
    context = context * 2 + (planes[polarity][place - stride + 1] > 0 ? 1 : 0)
    context = context * 2 + (planes[polarity][place - 2] > 0 ? 1 : 0)
    context = context * 2 + (earlier > 0 ? 1 : 0)
    let around =
      (before[polarity][place - 1] > 0 ? 1 : 0) + (before[polarity][place + 1] > 0 ? 1 : 0)
      + (before[polarity][place - stride] > 0 ? 1 : 0)
      + (before[polarity][place + stride] > 0 ? 1 : 0)
    context = context * 3 + (around == 0 ? 0 : around < 3 ? 1 : 2)
    context = context * 3 + (polarity == 0 ? 0 : Int(min(planes[0][place], 2)))
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

  /// Codes a number of at least 1: as many ones as it has binary digits after the first, a zero,
  /// then those digits.
  private func codeRest(_ number: Int, with coder: inout some BitCoder) -> Int {
    var digitCount = 0
    // A reader of damaged bytes must stop.
    while digitCount < 16, coder.codeEvenly(number >> (digitCount + 1) > 0) { digitCount += 1 }
    var read = 1
    for digit in (0..<digitCount).reversed() {
      read = read << 1 | (coder.codeEvenly(number >> digit & 1 == 1) ? 1 : 0)
    }
    return read
  }
}

internal import EventData
internal import Figures
internal import FrameCache

/// The page element with a sample's frames, and each frame's events and times.
struct SampleData {
  /// The palette's `id` on the page.
  static let palette = "palette"

  private let packed: PackedFrames
  private let off: [Int]
  private let on: [Int]
  /// Microseconds from the window's start; −1 for a frame without events.
  private let starts: [Int64]
  private let ends: [Int64]

  /// Packs the frames of a sample, `[T, 2, H, W]`.
  init(
    _ record: SampleRecord, _ counts: [UInt16], _ shape: FrameShape, _ reduction: FrameReduction
  ) {
    packed = PackedFrames(
      packing: counts.span, frameCount: Int(record.frameCount), width: shape.width,
      height: shape.height, reduction: reduction)
    var off: [Int] = []
    var on: [Int] = []
    let pixelCount = shape.pixelCount
    for frame in 0..<Int(record.frameCount) {
      let start = frame * shape.cellCount
      off.append(Self.sum(counts, start..<start + pixelCount))
      on.append(Self.sum(counts, start + pixelCount..<start + shape.cellCount))
    }
    self.off = off
    self.on = on
    let origin = record.windowMicroseconds.lowerBound
    func sinceOrigin(_ times: [Int64]) -> [Int64] {
      // A damaged cache may contain any times.
      times.prefix(Int(record.frameCount)).map { $0 < 0 ? -1 : max(-1, $0 &- origin) }
    }
    starts = sinceOrigin(record.frameStartMicroseconds)
    ends = sinceOrigin(record.frameEndMicroseconds)
  }

  private static func sum(_ counts: [UInt16], _ range: Range<Int>) -> Int {
    var sum = 0
    for index in range { sum &+= Int(counts[index]) }
    return sum
  }

  /// The element of sample `number` of the page.
  func bytes(number: Int) -> [UInt8] {
    func list(_ numbers: some Sequence<some BinaryInteger>) -> String {
      numbers.map { String($0) }.joined(separator: ",")
    }
    let frames = packed.json(palette: Self.palette).dropLast()
    let json =
      "\(frames),\"off\":[\(list(off))],\"on\":[\(list(on))],\"starts\":[\(list(starts))],"
      + "\"ends\":[\(list(ends))]}"
    return Array(HTMLPage.data(json: json, identifier: "s\(number)").text.utf8)
  }
}

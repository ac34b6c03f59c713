internal import EventData
internal import FrameCache
internal import FrameConversion

/// A thread's sums over the samples that it reads.
struct CellTally: Sendable {
  /// The samples, each with its number.
  var samples: [(number: Int, statistics: SampleStatistics)] = []
  /// Number of cells with each count, from 0, in real frames (not padding).
  var frequencies = [Int](repeating: 0, count: Int(UInt16.max) + 1)
  /// Events of each cell of a frame, `[2, H, W]`.
  var cellEvents: [Int]

  private let shape: FrameShape

  /// Creates an empty tally.
  init(_ shape: FrameShape) {
    self.shape = shape
    cellEvents = Array(repeating: 0, count: shape.cellCount)
  }

  /// Adds a sample.
  mutating func add(
    _ counts: [UInt16], of sample: SampleIndex, number: Int, frameCount: Int
  ) {
    var statistics = SampleStatistics(sample)
    statistics.contentHash = countsHash(counts[...])
    let span = counts.span
    let (cellCount, polarityCellCount) = (shape.cellCount, shape.pixelCount)
    for frame in 0..<frameCount {
      var sums = (off: 0, on: 0)
      for channel in 0..<FrameShape.channelCount {
        var sum = 0
        let start = frame * cellCount + channel * polarityCellCount
        for index in 0..<polarityCellCount {
          // Most cells are empty.
          let count = Int(span[start + index])
          if count == 0 { continue }
          sum += count
          frequencies[count] += 1
          statistics.occupiedCellCount += 1
          statistics.largestCount = max(statistics.largestCount, count)
          cellEvents[channel * polarityCellCount + index] += count
        }
        if channel == 0 { sums.off = sum } else { sums.on = sum }
      }
      statistics.offCount += sums.off
      statistics.onCount += sums.on
      statistics.frameEventCounts.append(sums.off + sums.on)
    }
    frequencies[0] += frameCount * cellCount - statistics.occupiedCellCount
    samples.append((number, statistics))
  }

  /// Adds the tally of another thread.
  mutating func add(_ other: CellTally) {
    samples += other.samples
    for count in frequencies.indices { frequencies[count] += other.frequencies[count] }
    for cell in cellEvents.indices { cellEvents[cell] += other.cellEvents[cell] }
  }
}

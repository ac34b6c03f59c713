internal import EventData

/// The counts of a sample's cells, `[T, 2, H, W]`, in memory that is reused for the next sample.
struct CountCells<Count: FixedWidthInteger & UnsignedInteger & BitwiseCopyable> {
  /// The counts of the last sample, followed by zeros.
  private(set) var counts: [Count] = []

  private var usedCount = 0
  /// Cells of a block of events.
  private var cells = [UInt32](repeating: 0, count: Self.blockEventCount)

  /// Few enough that a block's events and cells fit the first-level cache.
  private static var blockEventCount: Int { 1024 }

  /// Clears the cells for the next sample.
  ///
  /// - Parameters:
  ///   - usedCount: The number of cells that may become nonzero.
  ///   - totalCount: The minimum number of cells.
  mutating func start(usedCount: Int, totalCount: Int) {
    for index in 0..<self.usedCount { counts[index] = 0 }
    let missingCount = max(usedCount, totalCount) - counts.count
    if missingCount > 0 { counts.append(contentsOf: repeatElement(0, count: missingCount)) }
    self.usedCount = usedCount
  }

  /// Whether a count of the sample has exceeded the type, and is wrong.
  ///
  /// - Parameter eventCount: The number of events that were added: each overflow lowers the sum.
  func hasOverflowed(eventCount: Int) -> Bool {
    var sum = 0
    for index in 0..<usedCount { sum &+= Int(counts[index]) }
    return sum != eventCount
  }

  /// Adds one event.
  mutating func add(_ cell: Int) { counts[cell] &+= 1 }

  /// Adds a run of events to a frame.
  ///
  /// - Parameter shape: The sensor.
  /// - Returns: `false`, with some events added, if one lies outside the sensor.
  mutating func addRun(
    _ events: borrowing PolarityEvents, _ range: Range<Int>, to frame: Int, on shape: FrameShape
  ) -> Bool {
    // With a size known at compile time, three shifts replace two multiplications.
    shape == .dvs128
      ? add(events, range, to: frame, on: .dvs128) : add(events, range, to: frame, on: shape)
  }

  @inline(__always)
  private mutating func add(
    _ events: borrowing PolarityEvents, _ range: Range<Int>, to frame: Int, on shape: FrameShape
  ) -> Bool {
    let base = frame * shape.cellCount
    precondition(range.lowerBound >= 0 && range.upperBound <= events.count, "events \(range)")
    precondition(base >= 0 && base + shape.cellCount <= counts.count, "frame \(frame)")
    var start = range.lowerBound
    while start < range.upperBound {
      let block = start..<min(start + Self.blockEventCount, range.upperBound)
      guard findCells(of: events, block, on: shape) else { return false }
      // Safe: `findCells` has checked that each cell is one of the frame's, which are all there.
      unsafe counts.withUnsafeMutableBufferPointer { counts in
        unsafe cells.withUnsafeBufferPointer { cells in
          for index in 0..<block.count { unsafe counts[base &+ Int(cells[index])] &+= 1 }
        }
      }
      start = block.upperBound
    }
    return true
  }

  /// Finds the cells of a block of events, in a loop that the compiler vectorizes.
  ///
  /// - Returns: Whether all events lie on the sensor.
  @inline(__always)
  private mutating func findCells(
    of events: borrowing PolarityEvents, _ block: Range<Int>, on shape: FrameShape
  ) -> Bool {
    let first = block.lowerBound
    // Safe: a block has at most as many events as there is room for cells.
    let setBits = unsafe cells.withUnsafeMutableBufferPointer { cells in
      var setBits: UInt32 = 0
      for index in 0..<block.count {
        let event = unsafe events[unchecked: first &+ index]
        setBits |= event.data
        unsafe cells[index] = UInt32(truncatingIfNeeded: shape.cell(of: event))
      }
      return setBits
    }
    if shape.containsAll(setBits: setBits) { return true }
    // The events are in memory that may change meanwhile, so that the cells that were found count,
    // not what the events say now.
    return (0..<block.count).allSatisfy { cells[$0] < shape.cellCount }
      && (first..<block.upperBound).allSatisfy { shape.contains(events[$0]) }
  }
}

public import EventData

/// The size of the smallest sensor that contains all valid events that were added; 0×0 without any.
public struct EventExtent: Equatable, Sendable {
  /// Columns.
  public private(set) var width = 0

  /// Rows.
  public private(set) var height = 0

  /// The extent of no events.
  public init() {}

  /// Adds events; those that the recorder marked as invalid do not count.
  ///
  /// - Parameter events: The events.
  /// - Complexity: O(n), a few instructions per event; allocates nothing.
  public mutating func add(_ events: borrowing PolarityEvents) {
    // Branch-free, so that the compiler vectorizes it: bit 0 becomes a mask of ones for a valid
    // event. Sides are at most 32 768.
    var width = Int32(self.width)
    var height = Int32(self.height)
    var index = 0
    while index < events.count {
      // Safe: the index is below the count.
      let data = unsafe events[unchecked: index].data
      let mask = 0 &- (data & 1)
      width = max(width, Int32(truncatingIfNeeded: ((data >> 17) &+ 1) & mask))
      height = max(height, Int32(truncatingIfNeeded: ((data >> 2 & 0x7FFF) &+ 1) & mask))
      index &+= 1
    }
    self.width = Int(width)
    self.height = Int(height)
  }

  /// Adds events, without reading them if they certainly lie in the extent of those before.
  ///
  /// - Parameters:
  ///   - events: The events.
  ///   - summary: Their summary.
  public mutating func add(_ events: borrowing PolarityEvents, _ summary: PolaritySummary) {
    let largest = PolarityEvent(data: summary.setBits, timestampMicroseconds: 0)
    if largest.x >= width || largest.y >= height { add(events) }
  }
}

/// The extent of all valid events of a recording.
///
/// - Parameters:
///   - recording: The recording.
///   - onProgress: Receives the number of bytes read since the last call; an error it throws ends
///     the pass.
/// - Throws: ``EventData/DataSetError`` for a defect, with its byte offset.
public func eventExtent(
  of recording: borrowing RecordingContents,
  onProgress: (Int) throws(DataSetError) -> Void = { _ in }
) throws(DataSetError) -> EventExtent {
  var extent = EventExtent()
  try recording.forEachPiece(onProgress: onProgress) { events throws(DataSetError) in
    extent.add(events)
  }
  return extent
}

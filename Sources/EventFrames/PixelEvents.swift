public import EventData

/// The number of events of each pixel of a sensor, and the time in which they were recorded.
public struct PixelEvents: Equatable, Sendable {
  /// Events of both polarities of each pixel, `[H, W]`.
  public private(set) var counts: [Int]

  /// From the earliest to the latest event in microseconds, added up over recordings.
  public private(set) var durationMicroseconds: Int64 = 0

  /// Without any event.
  public init(pixelCount: Int) { counts = Array(repeating: 0, count: pixelCount) }

  /// Reads a recording.
  ///
  /// - Parameters:
  ///   - recording: The recording.
  ///   - sensor: Its sensor; events outside it are ignored.
  ///   - invalidEvents: Whether events marked as invalid count.
  ///   - onProgress: Receives the number of bytes read since the last call; an error it throws ends
  ///     the pass.
  /// - Throws: ``EventData/DataSetError`` for a defect, with its byte offset.
  public init(
    of recording: borrowing RecordingContents, on sensor: FrameShape,
    invalidEvents: InvalidEventPolicy,
    onProgress: (Int) throws(DataSetError) -> Void = { _ in }
  ) throws(DataSetError) {
    self.init(pixelCount: sensor.pixelCount)
    let filter = EventFilter(sensor, invalidEvents)
    var earliest = Int64.max
    var latest = Int64.min
    try recording.forEachPiece(onProgress: onProgress) { events throws(DataSetError) in
      events.forEach(in: 0..<events.count) { event in
        guard filter.reads(event) else { return }
        counts[event.y * sensor.width + event.x] += 1
        earliest = min(earliest, event.timestampMicroseconds)
        latest = max(latest, event.timestampMicroseconds)
      }
    }
    guard earliest < latest else { return }
    // Bounded, as the times of damaged recordings may be any.
    let (duration, overflow) = latest.subtractingReportingOverflow(earliest)
    durationMicroseconds = overflow ? .max : duration
  }

  /// Adds those of another recording of the same sensor.
  public mutating func add(_ other: PixelEvents) {
    for index in counts.indices { counts[index] += other.counts[index] }
    let (sum, overflow) = durationMicroseconds.addingReportingOverflow(other.durationMicroseconds)
    durationMicroseconds = overflow ? .max : sum
  }
}

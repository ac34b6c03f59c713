public import EventData

/// The number of events of a recording in equal time bins.
public struct EventRates: Equatable, Sendable {
  /// Start of the first bin, in microseconds of the recording's clock.
  public let startMicroseconds: Int64

  /// Length of a bin, in microseconds.
  public let binMicroseconds: Int64

  /// OFF events in each bin.
  public private(set) var off: [Int]

  /// ON events in each bin.
  public private(set) var on: [Int]

  /// Reads a recording.
  ///
  /// - Parameters:
  ///   - recording: The recording; it must be valid, as checked by ``RecordingScan``.
  ///   - shape: Its sensor.
  ///   - span: The time span to divide into bins; events outside it are ignored.
  ///   - binCount: Number of bins, at least 1; the last may extend past the end of `span`.
  ///   - invalidEvents: Whether events marked as invalid are counted. Those outside the sensor
  ///     never are.
  ///   - onProgress: Receives the number of bytes read since the last call; an error it throws ends
  ///     the pass.
  /// - Throws: ``EventData/DataSetError`` for a defect, with its byte offset.
  public init(
    of recording: borrowing RecordingContents, on shape: FrameShape, in span: Range<Int64>,
    binCount: Int,
    invalidEvents: InvalidEventPolicy = .keep,
    onProgress: (Int) throws(DataSetError) -> Void = { _ in }
  ) throws(DataSetError) {
    precondition(binCount >= 1, "\(binCount) spans")
    precondition(span.lowerBound >= 0 && !span.isEmpty, "times \(span)")
    let start = span.lowerBound
    let length = (span.upperBound - start - 1) / Int64(binCount) + 1
    let filter = EventFilter(shape, invalidEvents)
    // [OFF, ON] of each bin.
    var counts = [Int](repeating: 0, count: 2 * binCount)
    try recording.forEachPiece(onProgress: onProgress) { events throws(DataSetError) in
      events.forEach(in: 0..<events.count) { event in
        let time = event.timestampMicroseconds
        guard span.contains(time), filter.reads(event) else { return }
        counts[2 * Int((time - start) / length) + (event.isOn ? 1 : 0)] += 1
      }
    }
    startMicroseconds = start
    binMicroseconds = length
    off = (0..<binCount).map { counts[2 * $0] }
    on = (0..<binCount).map { counts[2 * $0 + 1] }
  }
}

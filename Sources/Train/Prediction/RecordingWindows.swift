internal import ClassFolders
package import EventData
internal import EventFrames
package import SystemPackage

/// A recording, cut into windows that each become the frames of a sample.
package struct RecordingWindows: ~Copyable {
  /// A window, and the counts of its events and frames.
  package struct Window: Equatable, Sendable {
    /// Its times in microseconds of the recording's clock, without its end.
    package let microseconds: Range<Int64>
    /// Events in it.
    package let eventCount: Int
    /// Frames that they make: T, unless frames have a fixed duration.
    package let frameCount: Int
  }

  /// The windows, by their start.
  package let windows: [Window]

  /// T: the frames of every sample, including padding.
  package let frameCount: Int

  /// From the recording's earliest event to its latest, in seconds.
  package let spanSeconds: Double

  /// The pixels of a frame.
  package let shape: FrameShape

  /// Polarity events of the recording.
  package let eventCount: Int
  /// Of these, how many lie outside the frames and do not count.
  package let outsideEventCount: Int

  private let recording: RecordingContents
  private let split: FrameSplit
  private let tallies: [WindowTally]
  private var counter: FrameCounter

  /// The maximum size of a sample's frames, in bytes.
  private static let maximumSampleByteCount = 1 << 28

  /// Reads a recording twice: for its span, and for what its windows hold.
  ///
  /// - Parameters:
  ///   - path: The recording.
  ///   - shape: The pixels of its sensor; events outside do not count.
  ///   - sliding: How long windows are and how they move; `nil` for the whole recording.
  ///   - split: How a window's events are assigned to frames.
  ///   - invalidEvents: Whether events marked as invalid count.
  ///   - onProgress: Receives the number of bytes read since the last call; an error that it throws
  ///     ends the pass.
  /// - Throws: ``DataSetError`` for a recording that is damaged, has no events, or gives too
  ///   many windows or frames.
  package init(
    of path: FilePath, on shape: FrameShape = .dvs128, sliding: SlidingWindows?, split: FrameSplit,
    invalidEvents: InvalidEventPolicy,
    onProgress: (Int) throws(DataSetError) -> Void = { _ in }
  ) throws(DataSetError) {
    let recording = try RecordingContents.mapped(path)
    let statistics = try RecordingScan(
      of: recording, on: shape, windows: [], onProgress: onProgress
    )
    .statistics
    // Timestamps may decrease, so the first or last event of the file need not be the earliest or
    // latest.
    guard let earliest = statistics.earliestMicroseconds, let latest = statistics.latestMicroseconds
    else {
      throw DataSetError(path, .whole, "the recording has no polarity events")
    }
    let span = earliest..<latest + 1
    guard let ranges = sliding == nil ? [span] : sliding?.windows(in: span) else {
      throw DataSetError(
        path, .whole,
        "over \(SlidingWindows.maximumCount) windows in \(span.lowerBound) to \(span.upperBound) "
          + "µs: a longer -step is needed")
    }
    let tallies = try RecordingScan(
      of: recording, on: shape, windows: ranges, invalidEvents: invalidEvents,
      onProgress: onProgress
    ).tallies
    let windows = zip(ranges, tallies).map { range, tally in
      Window(
        microseconds: range, eventCount: tally.eventCount,
        frameCount: split.frameCount(of: tally))
    }
    let frameCount = split.fixedFrameCount ?? windows.reduce(1) { max($0, $1.frameCount) }
    let byteCount = frameCount.multipliedReportingOverflow(by: 2 * shape.cellCount)
    guard !byteCount.overflow, byteCount.partialValue <= Self.maximumSampleByteCount else {
      throw DataSetError(
        path, .whole,
        "a window makes \(frameCount) frames, more than the memory limit allows: a shorter -window "
          + "is needed")
    }
    // Assigned last: a noncopyable value must not be partly initialised when an error is thrown.
    self.windows = windows
    self.frameCount = frameCount
    self.shape = shape
    eventCount = statistics.polarityEventCount
    outsideEventCount = statistics.outsideCount
    spanSeconds = Double(span.upperBound - span.lowerBound) * 1e-6
    self.recording = recording
    self.split = split
    self.tallies = tallies
    counter = FrameCounter(shape, invalidEvents: invalidEvents)
  }

  /// Adds the frames of a window, `[T, 2, H, W]` row-major and padded with zeros, to `counts`.
  ///
  /// - Throws: ``DataSetError`` where the recording has changed since it was read, or a
  ///   pixel has more events in a frame than two bytes hold.
  package mutating func appendFrames(
    of number: Int, to counts: inout [UInt16]
  ) throws(DataSetError) {
    let window = windows[number]
    let result = try counter.count(
      recording, window: window.microseconds, tally: tallies[number], split: split)
    let cellCount = result.frameCount * shape.cellCount
    counts.append(contentsOf: counter.counts.prefix(cellCount))
    counts.append(
      contentsOf: repeatElement(0, count: frameCount * shape.cellCount - cellCount))
  }
}

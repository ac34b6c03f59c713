internal import ClassFolders
package import EventData
internal import EventFrames
package import SystemPackage

/// A recording divided into windows, each of which becomes the frames of a sample.
package struct RecordingWindows: ~Copyable {
  /// A window, and the numbers of its events and frames.
  package struct Window: Equatable, Sendable {
    /// The window in microseconds of the recording's clock; its end is excluded.
    package let microseconds: Range<Int64>
    /// The number of events in it.
    package let eventCount: Int
    /// The number of frames before padding: T, unless frames have a fixed duration.
    package let frameCount: Int

    /// Describes a window.
    package init(microseconds: Range<Int64>, eventCount: Int, frameCount: Int) {
      self.microseconds = microseconds
      self.eventCount = eventCount
      self.frameCount = frameCount
    }
  }

  /// The windows, sorted by their start.
  package let windows: [Window]

  /// The time of the first event in microseconds of the recording's clock: times are shown relative
  /// to it.
  package let originMicroseconds: Int64

  /// T, the number of frames of every sample, including padding.
  package let frameCount: Int

  /// The time that the windows cover, from the earliest event to the latest, in seconds.
  ///
  /// Windows do not slide over the time before or after a jump of the clock that has less than 1 %
  /// of the events.
  package let spanSeconds: Double

  /// The width and height of a frame.
  package let shape: FrameShape

  /// The number of polarity events of the recording.
  package let eventCount: Int
  /// The number of polarity events outside the frame, which are ignored.
  package let outsideEventCount: Int
  /// Warnings about the recording, other than about events outside the frame.
  package let warnings: [DataSetWarning]

  private let recording: RecordingContents
  private let split: FrameSplit
  private let tallies: [WindowTally]
  private var counter: FrameCounter

  /// The maximum size of a sample's frames, in bytes.
  private static let maximumSampleByteCount = 1 << 28

  /// Reads a recording twice: to find its time span, and to count the events of each window.
  ///
  /// - Parameters:
  ///   - path: The recording.
  ///   - input: The sensor, and what is done to its events; events outside are ignored.
  ///   - sliding: The length and step of the windows; `nil` for one window over the whole
  ///     recording.
  ///   - split: How a window's events become frames.
  ///   - invalidEvents: Whether events marked as invalid are counted.
  ///   - onProgress: Receives the number of bytes read since the last call; an error that it throws
  ///     stops the work.
  /// - Throws: ``DataSetError`` for a recording that is corrupt, has no events, or gives too
  ///   many windows or frames.
  package init(
    of path: FilePath, as input: RecordingInput = RecordingInput(sensor: .dvs128),
    sliding: SlidingWindows?, split: FrameSplit, invalidEvents: InvalidEventPolicy,
    onProgress: (Int) throws(DataSetError) -> Void = { _ in }
  ) throws(DataSetError) {
    let recording = try RecordingContents.mapped(path, asIn: input.dataSet)
    let scan = try RecordingScan(
      of: recording, on: input.sensor, windows: [], onProgress: onProgress)
    let statistics = scan.statistics
    // Timestamps may decrease, so the first or last event of the file need not be the earliest or
    // latest.
    guard let earliest = statistics.earliestMicroseconds, let latest = statistics.latestMicroseconds
    else {
      throw DataSetError(path, .whole, "the recording has no polarity events")
    }
    let span = earliest..<latest + 1
    // The whole recording has all events; windows slide where most are.
    let slid = statistics.clock.span.map { $0.lowerBound..<$0.upperBound + 1 } ?? span
    guard let ranges = sliding == nil ? [span] : sliding?.windows(in: slid) else {
      throw DataSetError(
        path, .whole,
        "over \(SlidingWindows.maximumCount) windows in \(slid.lowerBound) to \(slid.upperBound) "
          + "µs: a longer -step is needed")
    }
    let tallies = try RecordingScan(
      of: recording, on: input.sensor, windows: ranges, invalidEvents: invalidEvents,
      preprocessing: input.preprocessing, onProgress: onProgress
    ).tallies
    let windows = zip(ranges, tallies).map { range, tally in
      Window(
        microseconds: range, eventCount: tally.eventCount,
        frameCount: split.frameCount(of: tally))
    }
    let frameCount = split.fixedFrameCount ?? windows.reduce(1) { max($0, $1.frameCount) }
    try Self.requireMemory(for: frameCount, input.frameShape, path)
    // Assigned last: a noncopyable value must not be partly initialised when an error is thrown.
    self.windows = windows
    originMicroseconds = slid.lowerBound
    self.frameCount = frameCount
    shape = input.frameShape
    eventCount = statistics.polarityEventCount
    outsideEventCount = statistics.outsideCount
    let covered = sliding == nil ? span : slid
    spanSeconds = Double(covered.upperBound - covered.lowerBound) * 1e-6
    warnings =
      statistics.warnings(path, on: nil, invalidEvents: invalidEvents)
      + (input.warning(path, scan.header).map { [$0] } ?? [])
    self.recording = recording
    self.split = split
    self.tallies = tallies
    counter = FrameCounter(
      input.sensor, invalidEvents: invalidEvents, preprocessing: input.preprocessing)
  }

  /// Throws if the frames of a sample would take too much memory.
  static func requireMemory(
    for frameCount: Int, _ shape: FrameShape, _ path: FilePath
  ) throws(DataSetError) {
    let byteCount = frameCount.multipliedReportingOverflow(by: 2 * shape.cellCount)
    guard !byteCount.overflow, byteCount.partialValue <= maximumSampleByteCount else {
      throw DataSetError(
        path, .whole,
        "a window makes \(frameCount) frames, more than the memory limit allows: a shorter -window "
          + "is needed")
    }
  }

  /// Adds the frames of a window, `[T, 2, H, W]` row-major and padded with zeros, to `counts`.
  ///
  /// - Throws: ``DataSetError`` if the recording has changed since it was read, or a frame has more
  ///   than 65 535 events of a pixel and polarity.
  package mutating func appendFrames(
    of number: Int, to counts: inout [UInt16]
  ) throws(DataSetError) {
    let window = windows[number]
    let result = try counter.count(
      recording, window: window.microseconds, tally: tallies[number], split: split)
    counter.appendFrames(of: result, paddedTo: frameCount, shape, to: &counts)
  }
}

extension FrameCounter {
  /// Adds the frames of the last sample, padded with zeros.
  func appendFrames(
    of result: Result, paddedTo frameCount: Int, _ shape: FrameShape, to counts: inout [UInt16]
  ) {
    let cellCount = result.frameCount * shape.cellCount
    counts.append(contentsOf: self.counts.prefix(cellCount))
    counts.append(contentsOf: repeatElement(0, count: frameCount * shape.cellCount - cellCount))
  }
}

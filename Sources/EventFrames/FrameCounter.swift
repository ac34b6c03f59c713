public import EventData

/// Counts the events of samples into frames `[T, 2, H, W]`, one sample after another.
///
/// Each thread has its own counter, which reuses its memory for every sample.
public struct FrameCounter {
  /// The number of frames and events of a sample, and the times of its frames.
  public struct Result: Equatable, Sendable {
    /// Number of the sample's real frames, without padding.
    public fileprivate(set) var frameCount: Int
    /// Number of events in all frames.
    public fileprivate(set) var eventCount = 0
    /// Time of each frame's earliest event in microseconds; −1 when it has none. `[T]`
    public fileprivate(set) var frameStarts: [Int64]
    /// Time of each frame's latest event in microseconds; −1 when it has none. `[T]`
    public fileprivate(set) var frameEnds: [Int64]
    /// Nanoseconds spent waiting for the file.
    package var readNanoseconds: Int64 = 0
  }

  /// The type in which events are counted.
  package enum CountType: Sendable {
    /// One byte: faster, for samples whose counts are expected to fit.
    case uint8
    /// Two bytes.
    case uint16
  }

  /// The counts of the last sample, `[T, 2, H, W]`, row-major, followed by zeros up to the length
  /// of the longest sample so far; empty if events are counted in bytes.
  public var counts: [UInt16] { words.counts }

  /// The counts of the last sample in bytes, followed by zeros up to at least
  /// `minimumFrameCount`; `nil` if one exceeded 255.
  package var byteCounts: [UInt8]? { fitsByte ? bytes.counts : nil }

  private let filter: EventFilter
  private var timeFilter: EventTimeFilter?
  private let countType: CountType
  private let minimumFrameCount: Int
  // Only the one of the chosen type has memory.
  private var bytes = CountCells<UInt8>()
  private var words = CountCells<UInt16>()
  private var fitsByte = false
  // State of the current sample.
  private var rule = FrameRule(.number(frameCount: 1), WindowTally())
  private var result = Result(frameCount: 0, frameStarts: [], frameEnds: [])

  /// Makes a counter.
  ///
  /// - Parameters:
  ///   - sensor: The sensor; without preprocessing, also the shape of a frame.
  ///   - invalidEvents: Whether events marked as invalid count.
  ///   - preprocessing: What is done to the sensor's events.
  public init(
    _ sensor: FrameShape, invalidEvents: InvalidEventPolicy, preprocessing: Preprocessing? = nil
  ) {
    self.init(
      sensor, invalidEvents: invalidEvents, preprocessing: preprocessing, as: .uint16,
      minimumFrameCount: 0)
  }

  /// Makes a counter.
  ///
  /// - Parameters:
  ///   - sensor: The sensor; without preprocessing, also the shape of a frame.
  ///   - invalidEvents: Whether events marked as invalid count.
  ///   - preprocessing: What is done to the sensor's events.
  ///   - countType: The type in which events are counted.
  ///   - minimumFrameCount: The minimum length of the counts, in frames.
  package init(
    _ sensor: FrameShape, invalidEvents: InvalidEventPolicy, preprocessing: Preprocessing? = nil,
    as countType: CountType, minimumFrameCount: Int
  ) {
    filter = EventFilter(sensor, invalidEvents, preprocessing)
    timeFilter = EventTimeFilter(preprocessing, sensor)
    self.countType = countType
    self.minimumFrameCount = minimumFrameCount
  }

  /// Counts a sample.
  ///
  /// - Parameters:
  ///   - recording: The sample's recording.
  ///   - window: The sample's window, in microseconds.
  ///   - tally: The tally of that window from a ``RecordingScan``.
  ///   - split: How events are divided into frames.
  /// - Throws: ``EventData/DataSetError`` when the recording has changed since it was scanned, or a
  ///   pixel has more than 65 535 events in one frame.
  /// - Complexity: O(n) in the events of the packets that overlap the window.
  public mutating func count(
    _ recording: borrowing RecordingContents, window: Range<Int64>, tally: WindowTally,
    split: FrameSplit
  ) throws(DataSetError) -> Result {
    start(FrameRule(split, tally))
    let path = recording.path
    let findings = try PacketWalk.run(
      over: tally.packetBytes, of: recording, source: tally.source, from: tally.decoderState,
      onBlock: { _ throws(DataSetError) in },
      { piece, events throws(DataSetError) in
        guard piece.isPolarity else { return }
        // By rank, whole runs of events belong to a frame; by time, each event is assigned by its
        // own timestamp.
        if case .byRank(let eventsPerFrame) = rule.kind, isPlain,
          (!piece.isDecoded && tally.isWhole(piece.eventBytes)) || isWhole(events, in: window)
        {
          guard addWhole(events, eventsPerFrame: eventsPerFrame) else {
            throw DataSetError(path, .whole, "the recording has changed while it was read")
          }
        } else {
          addEach(events, in: window)
        }
      })
    guard result.eventCount == tally.eventCount else {
      throw DataSetError(
        recording.path, .whole,
        "the recording has changed while it was read: \(tally.eventCount) events expected"
          + "\(Self.times(window)), \(result.eventCount) found")
    }
    guard result.eventCount <= UInt32.max else {
      throw DataSetError(
        recording.path, .whole,
        "at most \(UInt32.max) events in a window expected, \(result.eventCount) found"
          + Self.times(window))
    }
    let hasOverflowed =
      switch countType {
      case .uint8: bytes.hasOverflowed(eventCount: result.eventCount)
      case .uint16: words.hasOverflowed(eventCount: result.eventCount)
      }
    fitsByte = countType == .uint8 && !hasOverflowed
    guard countType == .uint8 || !hasOverflowed else {
      throw DataSetError(
        recording.path, .whole,
        "a pixel has more than \(UInt16.max) events in one frame of the "
          + (Self.isAll(window) ? "recording" : "window\(Self.times(window))")
          + ": use more or shorter frames")
    }
    var result = result
    result.readNanoseconds = findings.readNanoseconds
    return result
  }

  /// Whether a window stands for a whole recording.
  private static func isAll(_ window: Range<Int64>) -> Bool { window == 0..<Int64.max }

  /// The window's times for a message; empty for a whole recording.
  private static func times(_ window: Range<Int64>) -> String {
    isAll(window) ? "" : " from \(window.lowerBound) to \(window.upperBound) µs"
  }

  private mutating func start(_ rule: FrameRule) {
    timeFilter?.start()
    let usedCount = rule.frameCount * filter.frameShape.cellCount
    let totalCount = minimumFrameCount * filter.frameShape.cellCount
    switch countType {
    case .uint8: bytes.start(usedCount: usedCount, totalCount: totalCount)
    case .uint16: words.start(usedCount: usedCount, totalCount: totalCount)
    }
    self.rule = rule
    result = Result(
      frameCount: rule.frameCount,
      frameStarts: Array(repeating: -1, count: rule.frameCount),
      frameEnds: Array(repeating: -1, count: rule.frameCount))
  }

  /// Whether frames are as the sensor, and no event is left out by its time.
  private var isPlain: Bool { filter.pixels == nil && timeFilter == nil }

  /// Whether all events are kept, in the window and in time order.
  private func isWhole(_ events: borrowing PolarityEvents, in window: Range<Int64>) -> Bool {
    let summary = events.summarized(on: filter.sensor)
    return filter.keepsAll(summary) && window.lowerBound <= summary.earliestMicroseconds
      && summary.latestMicroseconds < window.upperBound && summary.backwardCount == 0
  }

  /// Adds events that are all kept and in time order, frame by frame.
  ///
  /// - Returns: Whether they all lie on the sensor, as they did when the recording was scanned.
  private mutating func addWhole(
    _ events: borrowing PolarityEvents, eventsPerFrame: Int
  ) -> Bool {
    var index = 0
    while index < events.count {
      let (frame, endRank) = rule.frame(
        ofRank: result.eventCount, eventsPerFrame: eventsPerFrame)
      let runCount = min(events.count - index, endRank - result.eventCount)
      let end = index + runCount
      note(events[index].timestampMicroseconds, in: frame)
      note(events[end - 1].timestampMicroseconds, in: frame)
      let areOnSensor =
        switch countType {
        case .uint8: bytes.addRun(events, index..<end, to: frame, on: filter.sensor)
        case .uint16: words.addRun(events, index..<end, to: frame, on: filter.sensor)
        }
      guard areOnSensor else { return false }
      index = end
      result.eventCount += runCount
    }
    return true
  }

  /// Adds any events, each filtered and assigned to its frame individually.
  private mutating func addEach(_ events: borrowing PolarityEvents, in window: Range<Int64>) {
    var frame = 0
    var times: Range<Int64> = 0..<0
    let cellCount = filter.frameShape.cellCount
    for index in 0..<events.count {
      let event = events[index]
      let time = event.timestampMicroseconds
      guard window.contains(time), filter.reads(event) else { continue }
      if timeFilter?.keeps(event) == false { continue }
      guard let frameCell = filter.cell(of: event) else { continue }
      switch rule.kind {
      case .byRank(let eventsPerFrame):
        frame = rule.frame(ofRank: result.eventCount, eventsPerFrame: eventsPerFrame).frame
      case .byTime(let start, let length):
        if !times.contains(time) {
          (frame, times) = rule.frame(ofTime: time, start: start, length: length)
        }
      }
      note(time, in: frame)
      let cell = frame * cellCount + frameCell
      switch countType {
      case .uint8: bytes.add(cell)
      case .uint16: words.add(cell)
      }
      result.eventCount += 1
    }
  }

  private mutating func note(_ time: Int64, in frame: Int) {
    if result.frameStarts[frame] < 0 || time < result.frameStarts[frame] {
      result.frameStarts[frame] = time
    }
    if time > result.frameEnds[frame] { result.frameEnds[frame] = time }
  }
}

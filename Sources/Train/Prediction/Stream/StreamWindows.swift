package import EventData
internal import EventFrames
package import SystemPackage

/// Windows that slide over the events of a stream, each given as soon as it is complete.
///
/// Only the events of the next window and later ones are held.
package struct StreamWindows {
  /// A window and its frames.
  package struct Window: Sendable {
    /// Its times and the numbers of its events and frames.
    package let window: RecordingWindows.Window
    /// The frames, `[T, 2, H, W]` row-major and padded with zeros; empty for a window without
    /// events.
    package let counts: [UInt16]
    /// When its last event arrived; `nil` for a window without events.
    package let arrival: ContinuousClock.Instant?
  }

  /// T, the number of frames of every window, including padding.
  package let frameCount: Int
  /// The number of polarity events so far.
  package private(set) var eventCount = 0
  /// The number of polarity events outside the sensor, which are ignored.
  package private(set) var outsideEventCount = 0
  /// The number of polarity events that arrived after a window of their time was given.
  package private(set) var lateEventCount = 0
  /// The number of polarity events in no window, as the clock jumped before they filled one.
  package var unusedEventCount: Int {
    endedEventCount
      + stretches.reduce(0) { $0 + ($1.isEnded && $1.windowCount == 0 ? $1.eventCount : 0) }
  }
  private var endedEventCount = 0
  /// The number of polarity events that are marked as invalid.
  package private(set) var invalidEventCount = 0
  /// The number of windows that were given.
  package private(set) var windowCount = 0
  /// How often the clock jumped, so that windows start anew.
  package private(set) var jumpCount = 0
  /// The time of the first event in microseconds of the recording's clock; `nil` before it.
  package private(set) var originMicroseconds: Int64?

  /// The memory of the events that are held, in bytes.
  var heldByteCount: Int { stretches.reduce(0) { $0 + $1.held.byteCount } }

  /// Maximum of ``heldByteCount``: more would be too much memory.
  var heldByteLimit = 256 << 20

  private let path: FilePath
  private let input: RecordingInput
  private let sliding: SlidingWindows
  private let split: FrameSplit
  private let invalidEvents: InvalidEventPolicy
  private var counter: FrameCounter
  private var stretches: [StreamStretch] = []

  /// Begins without events.
  ///
  /// - Parameters:
  ///   - path: The stream's name, for messages.
  ///   - input: The sensor, and what is done to its events; events outside are ignored.
  ///   - sliding: The length and step of the windows.
  ///   - split: How a window's events become frames.
  ///   - invalidEvents: Whether events marked as invalid are counted.
  /// - Throws: ``DataSetError`` if a window makes too many frames.
  package init(
    named path: FilePath, as input: RecordingInput, sliding: SlidingWindows, split: FrameSplit,
    invalidEvents: InvalidEventPolicy
  ) throws(DataSetError) {
    let frameCount =
      switch split {
      case .number(let count), .time(let count): count
      case .duration(let microseconds):
        // The times of a window's events differ by less than its length.
        Int(clamping: max(1, (sliding.windowMicroseconds - 2) / microseconds + 1))
      }
    try RecordingWindows.requireMemory(for: frameCount, input.frameShape, path)
    self.frameCount = frameCount
    self.path = path
    self.input = input
    self.sliding = sliding
    self.split = split
    self.invalidEvents = invalidEvents
    counter = FrameCounter(
      input.sensor, invalidEvents: invalidEvents, preprocessing: input.preprocessing)
  }

  /// Adds events that have arrived; take the windows that they complete before adding more.
  ///
  /// - Parameters:
  ///   - events: The events.
  ///   - arrival: When they arrived.
  /// - Throws: ``DataSetError`` if more events are held than memory allows.
  package mutating func add(
    _ events: borrowing PolarityEvents, arrival: ContinuousClock.Instant
  ) throws(DataSetError) {
    guard events.count > 0 else { return }
    let summary = events.summarized(on: input.sensor)
    eventCount += summary.eventCount
    outsideEventCount += summary.outsideCount
    invalidEventCount += summary.invalidCount
    if originMicroseconds == nil { originMicroseconds = summary.earliestMicroseconds }
    let bytes = events.storedBytes
    let isSteady =
      summary.latestMicroseconds - summary.earliestMicroseconds
      <= (summary.backwardCount == 0
        ? ClockStretches.longestPause : ClockStretches.longestStepBack)
    if isSteady {
      hold(
        bytes[...], overflow: events.overflow, first: summary.firstMicroseconds,
        last: summary.lastMicroseconds, earliest: summary.earliestMicroseconds,
        latest: summary.latestMicroseconds, arrival)
      countLate(events, 0..<events.count, earliest: summary.earliestMicroseconds)
    } else {
      var start = 0
      while start < events.count {
        var end = start + 1
        let first = events[start].timestampMicroseconds
        var (last, earliest, latest) = (first, first, first)
        while end < events.count {
          let time = events[end].timestampMicroseconds
          if StreamStretch.jumps(from: last, to: time) { break }
          (last, earliest, latest) = (time, min(earliest, time), max(latest, time))
          end += 1
        }
        hold(
          bytes[8 * start..<8 * end], overflow: events.overflow, first: first, last: last,
          earliest: earliest, latest: latest, arrival)
        countLate(events, start..<end, earliest: earliest)
        start = end
      }
    }
    guard heldByteCount <= heldByteLimit else {
      throw DataSetError(
        path, .whole,
        "at most \(heldByteLimit) bytes of events in a window expected, \(heldByteCount) "
          + "found: a shorter -window is needed")
    }
  }

  /// Notes that no events follow: windows need not wait for one after their end.
  package mutating func end() {
    if !stretches.isEmpty { stretches[stretches.count - 1].isEnded = true }
  }

  /// The next window that is complete; `nil` until more events arrive.
  ///
  /// - Throws: ``DataSetError`` if a frame has more than 65 535 events of a pixel and polarity.
  package mutating func next() throws(DataSetError) -> Window? {
    while !stretches.isEmpty {
      let isOnly = windowCount == 0 && stretches.count == 1
      if let range = stretches[0].nextWindow(sliding, isOnly: isOnly) {
        windowCount += 1
        return try window(range)
      }
      guard stretches.count > 1 else { break }
      let ended = stretches.removeFirst()
      if ended.windowCount == 0 { endedEventCount += ended.eventCount }
    }
    return nil
  }

  private mutating func window(_ range: Range<Int64>) throws(DataSetError) -> Window {
    let held = stretches[0].held
    let recording = held.recording(of: range, path: path)
    let tally = try RecordingScan(
      of: recording, on: input.sensor, windows: [range], invalidEvents: invalidEvents,
      preprocessing: input.preprocessing
    ).tallies[0]
    var counts: [UInt16] = []
    if tally.eventCount > 0 {
      let result = try counter.count(recording, window: range, tally: tally, split: split)
      counter.appendFrames(of: result, paddedTo: frameCount, input.frameShape, to: &counts)
    }
    stretches[0].removeBeforeNext(sliding)
    return Window(
      window: RecordingWindows.Window(
        microseconds: range, eventCount: tally.eventCount, frameCount: split.frameCount(of: tally)),
      counts: counts,
      arrival: tally.eventCount > 0 ? held.lastArrival(before: range.upperBound) : nil)
  }

  /// Holds events between which the clock does not jump.
  private mutating func hold(
    _ bytes: ArraySlice<UInt8>, overflow: Int32, first: Int64, last: Int64, earliest: Int64,
    latest: Int64, _ arrival: ContinuousClock.Instant
  ) {
    if let current = stretches.last, current.jumps(to: first) {
      stretches[stretches.count - 1].isEnded = true
      jumpCount += 1
      stretches.append(StreamStretch(at: earliest))
    } else if stretches.isEmpty {
      stretches.append(StreamStretch(at: earliest))
    }
    let index = stretches.count - 1
    // Between windows, if they are further apart than long, nothing is held.
    if latest >= stretches[index].nextStart(sliding) {
      stretches[index].held.append(
        bytes, overflow: overflow, earliest: earliest, latest: latest, arrival: arrival)
    }
    stretches[index].note(bytes.count / 8, latest: latest, last: last)
  }

  private mutating func countLate(
    _ events: borrowing PolarityEvents, _ range: Range<Int>, earliest: Int64
  ) {
    guard let end = stretches.last?.givenEnd, earliest < end else { return }
    var count = 0
    events.forEach(in: range) { if $0.timestampMicroseconds < end { count += 1 } }
    lateEventCount += count
  }
}

internal import EventData

/// A part of a stream in which the clock does not jump, and the windows that slide over it.
struct StreamStretch {
  /// The time of its first event, with which the first window starts.
  let origin: Int64
  /// The events from the start of the next window on.
  var held = HeldEvents()
  /// The latest time so far.
  private(set) var latest: Int64
  /// The time of the last event in the order of the stream.
  private(set) var last: Int64
  /// The number of its events.
  private(set) var eventCount = 0
  /// The number of windows that were given.
  private(set) var windowCount = 0
  /// Where the last window that was given ends.
  private(set) var givenEnd = Int64.min
  /// Whether nothing follows in it.
  var isEnded = false

  /// Starts at an event.
  init(at origin: Int64) {
    self.origin = origin
    latest = origin
    last = origin
  }

  /// Whether the clock jumps between the last event and another one: further than between events of
  /// one recording.
  func jumps(to time: Int64) -> Bool { Self.jumps(from: last, to: time) }

  /// Whether the clock jumps between two events.
  static func jumps(from previous: Int64, to next: Int64) -> Bool {
    next - previous > ClockStretches.longestPause
      || previous - next > ClockStretches.longestStepBack
  }

  /// Notes the number and times of events.
  mutating func note(_ count: Int, latest: Int64, last: Int64) {
    eventCount += count
    self.latest = max(self.latest, latest)
    self.last = last
  }

  /// Where the next window starts.
  func nextStart(_ sliding: SlidingWindows) -> Int64 {
    let (offset, overflow) = sliding.stepMicroseconds.multipliedReportingOverflow(
      by: Int64(windowCount))
    let (start, isPast) = origin.addingReportingOverflow(offset)
    return overflow || isPast ? .max : start
  }

  /// The next window, if no event of it can follow.
  ///
  /// That is certain once an event after its end has arrived. At the end of the stream, windows lie
  /// within the events, as in a file.
  ///
  /// - Parameters:
  ///   - sliding: The length and step of the windows.
  ///   - isOnly: Whether it is the only window if the events are shorter than one, at their end.
  mutating func nextWindow(_ sliding: SlidingWindows, isOnly: Bool) -> Range<Int64>? {
    let start = nextStart(sliding)
    guard start <= latest else { return nil }
    let (end, isPast) = start.addingReportingOverflow(sliding.windowMicroseconds)
    let isComplete =
      !isPast && (isEnded ? latest >= end - 1 : latest >= end)
      || isEnded && isOnly
    guard isComplete else { return nil }
    windowCount += 1
    givenEnd = isPast ? .max : end
    return start..<(isPast ? .max : end)
  }

  /// Forgets the events before the next window.
  mutating func removeBeforeNext(_ sliding: SlidingWindows) {
    held.removeAll(before: nextStart(sliding))
  }
}

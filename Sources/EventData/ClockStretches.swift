/// The stretches of events between which a recording's clock jumps.
///
/// Cameras reset their clock, and begin a recording with a few events of the session before. So a
/// time span that reaches from the earliest to the latest event can be mostly empty; ``span``
/// leaves out what a jump has put elsewhere.
public struct ClockStretches: Equatable, Sendable {
  /// A jump forward is longer than this, in microseconds.
  public static let longestPause: Int64 = 60_000_000
  /// A jump backward is longer than this, in microseconds; smaller steps back are common.
  public static let longestStepBack: Int64 = 1_000_000
  /// Stretches with less than one event in this many do not decide the span.
  private static let smallestFraction = 100
  /// More stretches than these are merged: no real recording has as many.
  private static let maximumCount = 64

  /// Events in file order without a jump between them.
  public struct Run: Equatable, Sendable {
    /// Number of events.
    public private(set) var eventCount = 0
    /// Minimum and maximum time, in microseconds.
    fileprivate private(set) var times: ClosedRange<Int64> = 0...0
    fileprivate private(set) var first: Int64 = 0
    fileprivate private(set) var last: Int64 = 0

    /// A run of no events.
    public init() {}

    fileprivate init(_ summary: PolaritySummary) {
      eventCount = summary.eventCount
      times = summary.earliestMicroseconds...summary.latestMicroseconds
      first = summary.firstMicroseconds
      last = summary.lastMicroseconds
    }

    /// Adds an event, unless the clock jumps before it.
    ///
    /// - Returns: Whether it was added.
    public mutating func add(_ microseconds: Int64) -> Bool {
      if eventCount == 0 {
        first = microseconds
        times = microseconds...microseconds
      } else if ClockStretches.isJump(from: last, to: microseconds) {
        return false
      } else if !times.contains(microseconds) {
        times = min(times.lowerBound, microseconds)...max(times.upperBound, microseconds)
      }
      last = microseconds
      eventCount += 1
      return true
    }

    /// Adds a run that follows in the file.
    fileprivate mutating func add(_ other: Run) {
      eventCount += other.eventCount
      times =
        min(
          times.lowerBound, other.times.lowerBound)...max(times.upperBound, other.times.upperBound)
      last = other.last
    }
  }

  /// A jump of the clock.
  public struct Jump: Equatable, Sendable {
    /// Number of events before it.
    public let eventCount: Int
    /// Time of the event before it, in microseconds.
    public let fromMicroseconds: Int64
    /// Time of the event after it, in microseconds.
    public let toMicroseconds: Int64
  }

  /// Number of jumps.
  public private(set) var jumpCount = 0
  /// The first jump; `nil` without any.
  public private(set) var firstJump: Jump?
  /// Number of events.
  public private(set) var eventCount = 0
  private var stretches: [Run] = []

  /// Stretches of no events.
  public init() {}

  /// From the earliest to the latest event, in microseconds; `nil` without events.
  ///
  /// Stretches with less than 1 % of all events are not considered.
  public var span: ClosedRange<Int64>? {
    let deciding = stretches.filter { $0.eventCount * Self.smallestFraction >= eventCount }
    // Of at most 64 stretches, one has at least 1 % of the events.
    guard let first = deciding.first else { return nil }
    return deciding.dropFirst().reduce(into: first) { $0.add($1) }.times
  }

  /// Number of events in stretches that lie outside the ``span``.
  public var outsideCount: Int {
    guard let span else { return 0 }
    return stretches.reduce(0) { $0 + (span.overlaps($1.times) ? 0 : $1.eventCount) }
  }

  /// Adds events that follow in the file.
  ///
  /// - Parameters:
  ///   - events: The events.
  ///   - summary: Their summary.
  public mutating func add(_ events: borrowing PolarityEvents, _ summary: PolaritySummary) {
    let length = summary.latestMicroseconds - summary.earliestMicroseconds
    if length <= (summary.backwardCount == 0 ? Self.longestPause : Self.longestStepBack) {
      add(Run(summary))
      return
    }
    var run = Run()
    events.forEach(in: 0..<events.count) { event in
      if run.add(event.timestampMicroseconds) { return }
      add(run)
      run = Run()
      _ = run.add(event.timestampMicroseconds)
    }
    add(run)
  }

  /// Adds events that follow in the file and have no jump between them.
  public mutating func add(_ run: Run) {
    guard run.eventCount > 0 else { return }
    let previous = stretches.last?.last
    let isJump = previous.map { Self.isJump(from: $0, to: run.first) } ?? true
    if let previous, isJump {
      jumpCount += 1
      if firstJump == nil {
        firstJump = Jump(
          eventCount: eventCount, fromMicroseconds: previous, toMicroseconds: run.first)
      }
    }
    if isJump && stretches.count < Self.maximumCount {
      stretches.append(run)
    } else {
      stretches[stretches.count - 1].add(run)
    }
    eventCount += run.eventCount
  }

  private static func isJump(from previous: Int64, to next: Int64) -> Bool {
    next - previous > longestPause || previous - next > longestStepBack
  }
}

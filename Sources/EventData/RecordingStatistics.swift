/// Counts and times of a recording's packets and events, collected while it is read.
public struct RecordingStatistics: Equatable, Sendable {
  /// Number of packets of each type; the index is ``EventType``'s raw value.
  public private(set) var packetCounts = [Int](repeating: 0, count: EventType.allCases.count)
  /// Number of events of each type; the index is ``EventType``'s raw value.
  public private(set) var eventCounts = [Int](repeating: 0, count: EventType.allCases.count)
  /// Number of ON events.
  public private(set) var onCount = 0
  /// Number of polarity events that the recorder marked as invalid.
  public private(set) var invalidCount = 0
  /// Number of polarity events outside the sensor.
  public private(set) var outsideCount = 0
  /// Number of polarity events that are earlier than their predecessor in the file.
  public private(set) var backwardCount = 0
  /// The largest of these steps back, in microseconds; 0 without any.
  public private(set) var largestStepBack: Int64 = 0
  /// Where the clock jumps, and the time span of most polarity events.
  public private(set) var clock = ClockStretches()
  /// Number of packets with padding slots.
  public private(set) var paddedPacketCount = 0
  /// Number of packets of sources and streams that are not read; they are in no other number.
  public private(set) var leftOutPacketCount = 0
  /// Time of the first polarity event in file order; `nil` without any.
  public private(set) var firstMicroseconds: Int64?
  /// Time of the last polarity event in file order; `nil` without any.
  public private(set) var lastMicroseconds: Int64?
  /// Minimum time of a polarity event; `nil` without any.
  public private(set) var earliestMicroseconds: Int64?
  /// Maximum time of a polarity event; `nil` without any.
  public private(set) var latestMicroseconds: Int64?

  /// Peculiarities of the file, each as the text of a warning.
  public private(set) var oddities: [String] = []

  /// Statistics of no events.
  public init() {}

  /// Number of polarity events, including invalid ones and those outside the sensor.
  public var polarityEventCount: Int { eventCounts[Int(EventType.polarity.rawValue)] }

  /// Number of OFF events.
  public var offCount: Int { polarityEventCount - onCount }

  /// Number of packets of all types.
  public var packetCount: Int { packetCounts.reduce(0, +) }

  /// Adds a packet and the number of events in its header.
  public mutating func add(_ packet: EventPacket) {
    let type = Int(packet.type.rawValue)
    packetCounts[type] += 1
    eventCounts[type] += packet.eventCount
    if packet.isPadded { paddedPacketCount += 1 }
  }

  /// Adds a number of polarity events that their packet's header did not tell.
  package mutating func addDecoded(_ eventCount: Int) {
    eventCounts[Int(EventType.polarity.rawValue)] += eventCount
  }

  /// Adds a number of packets of sources and streams that are not read.
  package mutating func addLeftOut(_ packetCount: Int) { leftOutPacketCount += packetCount }

  /// Adds peculiarities of the file, each as the text of a warning.
  package mutating func add(oddities texts: [String]) { oddities += texts }

  /// Adds the events of a polarity packet, or of a piece of one.
  ///
  /// - Parameters:
  ///   - events: The events.
  ///   - summary: Their summary.
  public mutating func add(_ events: borrowing PolarityEvents, _ summary: PolaritySummary) {
    guard summary.eventCount > 0 else { return }
    onCount += summary.onCount
    invalidCount += summary.invalidCount
    outsideCount += summary.outsideCount
    backwardCount += summary.backwardCount
    largestStepBack = max(largestStepBack, summary.largestStepBack)
    if let lastMicroseconds, summary.firstMicroseconds < lastMicroseconds {
      backwardCount += 1
      largestStepBack = max(largestStepBack, lastMicroseconds - summary.firstMicroseconds)
    }
    clock.add(events, summary)
    if firstMicroseconds == nil { firstMicroseconds = summary.firstMicroseconds }
    lastMicroseconds = summary.lastMicroseconds
    earliestMicroseconds = min(
      earliestMicroseconds ?? summary.earliestMicroseconds, summary.earliestMicroseconds)
    latestMicroseconds = max(
      latestMicroseconds ?? summary.latestMicroseconds, summary.latestMicroseconds)
  }
}

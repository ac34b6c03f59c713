/// What a recording holds, counted while it is read.
public struct RecordingStatistics: Equatable, Sendable {
  /// Packets of each type; the index is ``EventType``'s raw value.
  public private(set) var packetCounts = [Int](repeating: 0, count: EventType.allCases.count)
  /// Events of each type; the index is ``EventType``'s raw value.
  public private(set) var eventCounts = [Int](repeating: 0, count: EventType.allCases.count)
  /// Polarity events that are ON.
  public private(set) var onCount = 0
  /// Polarity events that the recorder marked as invalid.
  public private(set) var invalidCount = 0
  /// Polarity events outside the sensor.
  public private(set) var outsideCount = 0
  /// How often a polarity event is earlier than the one before it.
  public private(set) var backwardCount = 0
  /// Packets with slots that hold no event.
  public private(set) var paddedPacketCount = 0
  /// Time of the first polarity event in the file.
  public private(set) var firstMicroseconds: Int64?
  /// Time of the last polarity event in the file.
  public private(set) var lastMicroseconds: Int64?
  /// The earliest time of a polarity event.
  public private(set) var earliestMicroseconds: Int64?
  /// The latest time of a polarity event.
  public private(set) var latestMicroseconds: Int64?

  /// Starts with nothing counted.
  public init() {}

  /// Polarity events, invalid ones and those outside the sensor with them.
  public var polarityEventCount: Int { eventCounts[Int(EventType.polarity.rawValue)] }

  /// Polarity events that are OFF.
  public var offCount: Int { polarityEventCount - onCount }

  /// Packets of all types.
  public var packetCount: Int { packetCounts.reduce(0, +) }

  /// Counts a packet and, by its header, its events.
  public mutating func add(_ packet: EventPacket) {
    let type = Int(packet.type.rawValue)
    packetCounts[type] += 1
    eventCounts[type] += packet.eventCount
    if packet.isPadded { paddedPacketCount += 1 }
  }

  /// Counts what a packet of polarity events, or a piece of one, holds.
  public mutating func add(_ summary: PolaritySummary) {
    guard summary.eventCount > 0 else { return }
    onCount += summary.onCount
    invalidCount += summary.invalidCount
    outsideCount += summary.outsideCount
    backwardCount += summary.backwardCount
    if let lastMicroseconds, summary.firstMicroseconds < lastMicroseconds { backwardCount += 1 }
    if firstMicroseconds == nil { firstMicroseconds = summary.firstMicroseconds }
    lastMicroseconds = summary.lastMicroseconds
    earliestMicroseconds = min(
      earliestMicroseconds ?? summary.earliestMicroseconds, summary.earliestMicroseconds)
    latestMicroseconds = max(
      latestMicroseconds ?? summary.latestMicroseconds, summary.latestMicroseconds)
  }
}

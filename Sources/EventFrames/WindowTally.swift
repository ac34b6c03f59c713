internal import EventData

/// The counted events of a window: their number, times and packets.
public struct WindowTally: Equatable, Sendable {
  /// Number of events in the window and on the sensor; invalid ones are excluded on request.
  public private(set) var eventCount = 0

  /// Time of the first of them in file order; 0 when there is none.
  public private(set) var firstMicroseconds: Int64 = 0

  /// Time of the last of them in file order; 0 when there is none.
  public private(set) var lastMicroseconds: Int64 = 0

  /// Byte range of the packets that contain them.
  public private(set) var packetBytes = 0..<0

  /// A tally of no events.
  public init() {}

  mutating func add(count: Int, first: Int64, last: Int64, of packet: EventPacket) {
    if eventCount == 0 {
      firstMicroseconds = first
      packetBytes = packet.byteOffset..<packet.nextByteOffset
    } else {
      packetBytes = packetBytes.lowerBound..<packet.nextByteOffset
    }
    lastMicroseconds = last
    eventCount += count
  }
}

/// Decides which events are counted.
struct EventFilter: Sendable {
  let shape: FrameShape
  let invalidEvents: InvalidEventPolicy

  func keeps(_ event: PolarityEvent) -> Bool {
    shape.contains(event) && (event.isValid || invalidEvents == .keep)
  }

  /// Whether it keeps every event of a summary.
  func keepsAll(_ summary: PolaritySummary) -> Bool {
    summary.outsideCount == 0 && (summary.invalidCount == 0 || invalidEvents == .keep)
  }
}

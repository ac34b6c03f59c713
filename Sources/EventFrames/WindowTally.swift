internal import EventData

/// What was found in a window of a recording.
public struct WindowTally: Equatable, Sendable {
  /// Events that count: in the window, on the sensor, and valid where that is asked for.
  public private(set) var eventCount = 0

  /// Time of the first of them in the file; 0 where there is none.
  public private(set) var firstMicroseconds: Int64 = 0

  /// Time of the last of them in the file.
  public private(set) var lastMicroseconds: Int64 = 0

  /// The packets that hold them, as bytes of the recording.
  public private(set) var packetBytes = 0..<0

  /// Starts with nothing.
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

/// Decides which events count.
struct EventFilter: Sendable {
  let shape: FrameShape
  let invalidEvents: InvalidEventPolicy

  func keeps(_ event: PolarityEvent) -> Bool {
    shape.contains(event) && (event.isValid || invalidEvents == .keep)
  }

  /// Whether all events that a summary is of count.
  func keepsAll(_ summary: PolaritySummary) -> Bool {
    summary.outsideCount == 0 && (summary.invalidCount == 0 || invalidEvents == .keep)
  }
}

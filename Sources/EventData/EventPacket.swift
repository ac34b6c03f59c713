/// A packet of a recording: events of one type that stand together.
public struct EventPacket: Equatable, Sendable {
  /// What the events are.
  public let type: EventType

  /// How many there are.
  public let eventCount: Int

  /// Where the packet starts in the file.
  public let byteOffset: Int

  /// Where its events stand in the file.
  public let eventBytes: Range<Int>

  /// Where the next packet starts, or the file ends.
  public let nextByteOffset: Int

  /// Bits 31 and up of the events' times.
  public let timestampOverflow: Int32

  /// Describes a packet.
  public init(
    type: EventType, eventCount: Int, byteOffset: Int, eventBytes: Range<Int>, nextByteOffset: Int,
    timestampOverflow: Int32
  ) {
    self.type = type
    self.eventCount = eventCount
    self.byteOffset = byteOffset
    self.eventBytes = eventBytes
    self.nextByteOffset = nextByteOffset
    self.timestampOverflow = timestampOverflow
  }

  /// Whether there are slots without an event behind the events.
  public var isPadded: Bool { nextByteOffset > eventBytes.upperBound }
}

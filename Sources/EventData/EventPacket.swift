/// A packet of a recording: consecutive events of one type.
public struct EventPacket: Equatable, Sendable {
  /// The type of the events.
  public let type: EventType

  /// Number of events, without padding slots; 0 if it is known only after decoding them.
  public let eventCount: Int

  /// Byte offset of the packet in the file.
  public let byteOffset: Int

  /// Byte range of its events in the file.
  public let eventBytes: Range<Int>

  /// Byte offset of the next packet, or the end of the file.
  public let nextByteOffset: Int

  /// Bits 31 and up of the events' times; the events store bits 0 to 30.
  public let timestampOverflow: Int32

  /// What a decoder knew before the packet; `nil` unless it is decoded.
  public var decoderState: DecoderState?

  /// The number of the source or stream that it is of; 0 where packets do not tell.
  public var source: Int32 = 0

  /// Whether it is left out, as a packet of a stream that is not read: it is passed over, and not
  /// counted.
  public var isLeftOut = false

  /// Byte ranges of its events in a file that stores each of their values in a column, which may be
  /// anywhere; empty for all others.
  public var columnBytes: [Range<Int>] = []

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

  /// Describes a part of a file without packets, whose events a decoder finds.
  public init(decoding bytes: Range<Int>) {
    self.init(
      type: .polarity, eventCount: 0, byteOffset: bytes.lowerBound, eventBytes: bytes,
      nextByteOffset: bytes.upperBound, timestampOverflow: 0)
  }

  /// Whether it is a packet of a source; of any, if none is given.
  @inlinable
  package func isOf(_ source: Int32?) -> Bool { source == nil || source == self.source }

  /// Whether padding slots follow the events.
  public var isPadded: Bool { nextByteOffset > eventBytes.upperBound }
}

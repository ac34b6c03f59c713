public import EventData

/// A packet of a recording: its header and the location of its events.
public struct Packet: Equatable, Sendable {
  /// The packet's own header.
  public let header: PacketHeader

  /// Offset of the header in the file.
  public let byteOffset: Int

  /// Byte range of the events in the file, without padding slots.
  public let eventBytes: Range<Int>

  /// Offset of the next packet, or the end of the file.
  public let nextByteOffset: Int

  /// Whether the packet has padding slots.
  public var isPadded: Bool { nextByteOffset > eventBytes.upperBound }
}

extension Packet {
  /// The packet's events; it must be a polarity packet.
  ///
  /// - Parameter bytes: The file that the packet was read from.
  @_lifetime(copy bytes)
  public func polarityEvents(in bytes: RawSpan) -> PolarityEvents {
    precondition(
      header.eventType == EventType.polarity.rawValue, "packet of type \(header.eventType)")
    return PolarityEvents(
      body: bytes.extracting(eventBytes), overflow: header.timestampOverflow)
  }
}

/// Iterates over the packets of a recording and checks each before returning it.
public struct PacketCursor: Sendable {
  /// Offset of the next packet.
  public private(set) var byteOffset: Int

  /// Starts at a packet.
  ///
  /// - Parameter byteOffset: The end of the text header, or a packet's `nextByteOffset`.
  public init(byteOffset: Int) {
    precondition(byteOffset >= 0, "byte offset \(byteOffset)")
    self.byteOffset = byteOffset
  }

  /// Reads the next packet.
  ///
  /// - Parameter bytes: The whole file.
  /// - Returns: `nil` at the exact end of the file.
  /// - Throws: ``AEDATError`` for any defect of the packet; the cursor then stays where it is.
  /// - Complexity: O(1); allocates nothing unless it throws.
  public mutating func next(in bytes: RawSpan) throws(AEDATError) -> Packet? {
    if byteOffset == bytes.byteCount { return nil }
    let header = try PacketHeader(parsing: bytes, at: byteOffset)
    let bodyByteOffset = byteOffset + PacketHeader.byteCount
    let eventByteCount = Int(header.eventByteCount)
    // No overflow: both factors are positive and under 2^31.
    let numberEnd = bodyByteOffset + eventByteCount * Int(header.eventNumber)
    let capacityEnd = bodyByteOffset + eventByteCount * Int(header.eventCapacity)
    guard numberEnd <= bytes.byteCount else {
      throw AEDATError(
        .truncatedPacket, at: bodyByteOffset,
        "\(numberEnd - bodyByteOffset) bytes of events expected, "
          + "\(bytes.byteCount - bodyByteOffset) left")
    }
    var nextByteOffset = numberEnd
    if capacityEnd != numberEnd {
      // Readers disagree on which field determines the size of the body. Take the one after which a
      // packet or the end of the file follows; eventNumber if both do.
      if !Self.continues(bytes, at: numberEnd) {
        guard Self.continues(bytes, at: capacityEnd) else {
          throw AEDATError(
            .ambiguousPacketLength, at: byteOffset,
            "eventCapacity is \(header.eventCapacity), eventNumber \(header.eventNumber), and "
              + "after neither a packet or the end of the file follows")
        }
        nextByteOffset = capacityEnd
      }
    }
    let packet = Packet(
      header: header, byteOffset: byteOffset, eventBytes: bodyByteOffset..<numberEnd,
      nextByteOffset: nextByteOffset)
    byteOffset = nextByteOffset
    return packet
  }

  private static func continues(_ bytes: RawSpan, at byteOffset: Int) -> Bool {
    byteOffset == bytes.byteCount || PacketHeader.isPlausible(in: bytes, at: byteOffset)
  }
}

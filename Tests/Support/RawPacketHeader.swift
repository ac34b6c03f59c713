/// The fields of a packet header, each free to be wrong.
package struct RawPacketHeader: Equatable, Sendable {
  /// What the events are; 1 is polarity.
  package var eventType: Int16 = 1
  /// The number of the source.
  package var eventSource: Int16 = 1
  /// Bytes that one event takes.
  package var eventSize: Int32 = 8
  /// Where in an event its timestamp stands.
  package var eventTSOffset: Int32 = 4
  /// How often the timestamp has run over.
  package var eventTSOverflow: Int32 = 0
  /// Slots.
  package var eventCapacity: Int32
  /// Slots that hold an event.
  package var eventNumber: Int32
  /// Events that are valid.
  package var eventValid: Int32

  /// Makes the header of a polarity packet.
  ///
  /// - Parameters:
  ///   - number: Events, all of them valid.
  ///   - capacity: Slots; `nil` for as many as events.
  package init(number: Int32, capacity: Int32? = nil) {
    eventCapacity = capacity ?? number
    eventNumber = number
    eventValid = number
  }

  /// The 28 bytes of the header.
  package var bytes: [UInt8] {
    var bytes = littleEndianBytes(eventType) + littleEndianBytes(eventSource)
    for field in [
      eventSize, eventTSOffset, eventTSOverflow, eventCapacity, eventNumber, eventValid,
    ] {
      bytes += littleEndianBytes(field)
    }
    return bytes
  }
}

/// The bytes of an integer, lowest first.
package func littleEndianBytes<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
  (0..<Value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> Value($0 * 8)) }
}

/// The fields of an AEDAT 3.1 packet header, unchecked.
package struct RawPacketHeader: Equatable, Sendable {
  /// The type of the events; 1 is polarity.
  package var eventType: Int16 = 1
  /// The number of the source.
  package var eventSource: Int16 = 1
  /// The size of one event in bytes.
  package var eventSize: Int32 = 8
  /// The byte offset of the timestamp in an event.
  package var eventTSOffset: Int32 = 4
  /// The number of timestamp overflows: the upper bits of a time, from bit 31 on.
  package var eventTSOverflow: Int32 = 0
  /// The number of event slots in the packet.
  package var eventCapacity: Int32
  /// The number of slots that contain an event.
  package var eventNumber: Int32
  /// The number of valid events.
  package var eventValid: Int32

  /// Makes the header of a polarity packet.
  ///
  /// - Parameters:
  ///   - number: The number of events, all of them valid.
  ///   - capacity: The number of slots; `nil` for one per event.
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

/// The bytes of an integer in little-endian order.
package func littleEndianBytes<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
  (0..<Value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> Value($0 * 8)) }
}

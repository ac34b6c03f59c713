package import EventData

/// Builds a recording of AEDAT 3.1 with packets of several sources.
package struct SourcesBuilder: Sendable {
  /// The file so far.
  package private(set) var bytes: [UInt8]

  /// Starts with a text header.
  ///
  /// - Parameter lines: What follows `#Source` in the lines of sources, as in `1: DVS128`.
  package init(_ lines: [String]) {
    let header =
      ["#!AER-DAT3.1", "#Format: RAW"] + lines.map { "#Source \($0)" } + ["#!END-HEADER"]
    bytes = header.flatMap { Array("\($0)\r\n".utf8) }
  }

  /// Appends a packet of polarity events.
  package mutating func append(
    _ events: [PolarityEvent], of source: Int16, paddingSlots: Int = 0
  ) {
    let count = Int32(events.count)
    var header = RawPacketHeader(number: count, capacity: count + Int32(paddingSlots))
    header.eventSource = source
    header.eventTSOverflow = Int32((events.first?.timestampMicroseconds ?? 0) >> 31)
    bytes += header.bytes
    for event in events {
      bytes += littleEndianBytes(event.data)
      bytes += littleEndianBytes(UInt32(event.timestampMicroseconds & 0x7FFF_FFFF))
    }
    bytes += [UInt8](repeating: 0, count: 8 * paddingSlots)
  }

  /// Appends a packet of events of another type.
  package mutating func append(
    _ type: EventType, of source: Int16, eventByteCount: Int32 = 8, number: Int32 = 1
  ) {
    var header = RawPacketHeader(number: number)
    header.eventType = type.rawValue
    header.eventSource = source
    header.eventSize = eventByteCount
    bytes += header.bytes + [UInt8](repeating: 0, count: Int(eventByteCount * number))
  }
}

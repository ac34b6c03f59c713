internal import AEDAT
package import EventData

/// Builds a recording from packets that `RecordingEncoder` writes, and from arbitrary bytes.
package struct RecordingBuilder: Sendable {
  /// The file so far.
  package private(set) var bytes: [UInt8]

  /// The byte offset of each packet, and the end of the file.
  package private(set) var packetByteOffsets: [Int]

  private static let startTime = "2016-01-01 00:00:00 (TZ+0000)"

  /// Starts with the text header that a recorder writes.
  ///
  /// - Parameter sourceName: The sensor's name in the header.
  package init(sourceName: String = "DVS128") {
    bytes = RecordingEncoder(startTime: Self.startTime, sourceName: sourceName).bytes
    packetByteOffsets = [bytes.count]
  }

  /// Appends events, divided into packets as by a recorder.
  package mutating func append(_ events: [PolarityEvent]) {
    encode { $0.append(events) }
  }

  /// Appends one polarity packet.
  package mutating func appendPacket(_ events: [PolarityEvent], paddingSlots: Int = 0) {
    encode { $0.appendPacket(events, paddingSlots: paddingSlots) }
  }

  /// Appends a packet with one special event.
  package mutating func appendTimestampReset(timestampMicroseconds: Int64 = 0) {
    encode { $0.appendTimestampReset(timestampMicroseconds: timestampMicroseconds) }
  }

  /// Appends a packet that need not be valid.
  package mutating func append(_ header: RawPacketHeader, body: [UInt8]) {
    bytes += header.bytes + body
    packetByteOffsets.append(bytes.count)
  }

  private mutating func encode(_ append: (inout RecordingEncoder) -> Void) {
    var encoder = RecordingEncoder(startTime: Self.startTime, sourceName: "DVS128")
    let headerByteCount = encoder.bytes.count
    append(&encoder)
    var byteOffset = bytes.count
    bytes += encoder.bytes[headerByteCount...]
    while byteOffset < bytes.count {
      let slots = (0..<4).reduce(0) { $0 | Int(bytes[byteOffset + 16 + $1]) << ($1 * 8) }
      byteOffset += 28 + 8 * slots
      packetByteOffsets.append(byteOffset)
    }
  }
}

extension RecordingBuilder {
  /// A recording of a few hundred bytes: a special packet, a polarity packet, one with padding
  /// slots, and one after a timestamp overflow.
  package static var small: RecordingBuilder {
    var builder = RecordingBuilder()
    builder.appendTimestampReset()
    builder.appendPacket([
      PolarityEvent(x: 0, y: 127, isOn: true, timestampMicroseconds: 1000),
      PolarityEvent(x: 127, y: 0, isOn: false, timestampMicroseconds: 1001),
      PolarityEvent(x: 64, y: 32, isOn: true, timestampMicroseconds: 1001),
    ])
    builder.appendPacket(
      [
        PolarityEvent(x: 1, y: 2, isOn: false, timestampMicroseconds: 2000),
        PolarityEvent(x: 3, y: 4, isOn: true, timestampMicroseconds: 2001),
      ], paddingSlots: 2)
    builder.appendPacket([
      PolarityEvent(x: 5, y: 6, isOn: true, timestampMicroseconds: 1 << 31)
    ])
    return builder
  }
}

public import EventData
internal import FileAccess
public import SystemPackage

/// AEDAT 3.1, whose polarity events have the common form.
public struct AEDATFormat: RecordingFormat {
  /// Names the format.
  public init() {}

  /// `AEDAT 3.1`.
  public var name: String { "AEDAT 3.1" }

  /// Size of a packet header in bytes.
  public var packetHeaderByteCount: Int { PacketHeader.byteCount }

  /// Four bytes of data and four of time.
  public var eventByteCount: Int { 8 }

  /// AEDAT's layout is the common form: events are read without conversion.
  public var hasCommonForm: Bool { true }

  /// Whether a file starts with the magic text of AEDAT, of any version.
  public static func isMarked(_ bytes: RawSpan) -> Bool {
    let mark = Array("#!AER-DAT".utf8)
    guard bytes.byteCount >= mark.count else { return false }
    return mark.indices.allSatisfy { bytes.littleEndian(UInt8.self, at: $0) == mark[$0] }
  }

  /// Reads the text header, and chooses the source that is read.
  public func header(
    of bytes: RawSpan, _ path: FilePath
  ) throws(DataSetError) -> RecordingHeader {
    do throws(AEDATError) { return try RecordingHeader(parsing: bytes) } catch {
      throw DataSetError(path, error)
    }
  }

  /// Reads a packet's header.
  public func packet(
    at byteOffset: Int, in bytes: RawSpan, _ path: FilePath
  ) throws(DataSetError) -> EventPacket? {
    var cursor = PacketCursor(byteOffset: byteOffset)
    do throws(AEDATError) { return try cursor.next(in: bytes)?.eventPacket } catch {
      throw DataSetError(path, error)
    }
  }

  /// Never called: events need no conversion.
  public func transcode(_ bytes: RawSpan, into words: inout [UInt64]) {
    preconditionFailure("AEDAT 3.1 has the common form")
  }
}

extension Packet {
  /// The packet in the form common to all formats.
  public var eventPacket: EventPacket {
    guard let type = EventType(rawValue: header.eventType) else {
      preconditionFailure("a packet of type \(header.eventType) was read")
    }
    var packet = EventPacket(
      type: type, eventCount: Int(header.eventNumber), byteOffset: byteOffset,
      eventBytes: eventBytes, nextByteOffset: nextByteOffset,
      timestampOverflow: header.timestampOverflow)
    packet.source = Int32(header.eventSource)
    return packet
  }
}

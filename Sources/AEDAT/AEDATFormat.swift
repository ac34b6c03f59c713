public import EventData
internal import FileAccess
public import SystemPackage

/// AEDAT 3.1, whose polarity events have the common form.
public struct AEDATFormat: RecordingFormat {
  /// Names the format.
  public init() {}

  /// `AEDAT 3.1`.
  public var name: String { "AEDAT 3.1" }

  /// A packet's own header.
  public var packetHeaderByteCount: Int { PacketHeader.byteCount }

  /// A word of data and one of time.
  public var eventByteCount: Int { 8 }

  /// Events are read in place.
  public var hasCommonForm: Bool { true }

  /// Whether a file starts as those of any version of AEDAT do, which no other format's does.
  public static func isMarked(_ bytes: RawSpan) -> Bool {
    let mark = Array("#!AER-DAT".utf8)
    guard bytes.byteCount >= mark.count else { return false }
    return mark.indices.allSatisfy { bytes.littleEndian(UInt8.self, at: $0) == mark[$0] }
  }

  /// Reads the text header.
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

  /// Nothing is to be done.
  public func transcode(_ bytes: RawSpan, into words: inout [UInt64]) {
    preconditionFailure("AEDAT 3.1 has the common form")
  }
}

extension Packet {
  /// The packet as any format's.
  public var eventPacket: EventPacket {
    guard let type = EventType(rawValue: header.eventType) else {
      preconditionFailure("a packet of type \(header.eventType) was read")
    }
    return EventPacket(
      type: type, eventCount: Int(header.eventNumber), byteOffset: byteOffset,
      eventBytes: eventBytes, nextByteOffset: nextByteOffset,
      timestampOverflow: header.timestampOverflow)
  }
}

internal import EventData
internal import FileAccess

/// The 28-byte header of every AEDAT 3.1 packet.
///
/// Source: iniVation, "AEDAT 3.1 file format", section "Headers"; libcaer, `events/common.h`.
public struct PacketHeader: Equatable, Sendable {
  /// Size of a header in bytes.
  public static let byteCount = 28

  /// The type of the events, 0…13, as in ``EventData/EventType``.
  public var eventType: Int16
  /// The number of the source that recorded the events.
  public var eventSource: Int16
  /// Size of an event in bytes.
  public var eventByteCount: Int32
  /// Byte offset of the timestamp in an event.
  public var timestampByteOffset: Int32
  /// How often the 31-bit timestamp has overflowed.
  public var timestampOverflow: Int32
  /// Number of event slots in the packet.
  public var eventCapacity: Int32
  /// Number of slots that contain an event.
  public var eventNumber: Int32
  /// Number of events that are not marked as invalid.
  public var eventValid: Int32

  /// Reads the fields and checks them individually and against each other.
  ///
  /// - Parameters:
  ///   - bytes: The file.
  ///   - byteOffset: Offset of the header in the file.
  /// - Throws: ``AEDATError`` with code `truncatedPacketHeader`, `compressedPacket` or
  ///   `invalidPacketHeader`.
  /// - Complexity: O(1); allocates nothing unless it throws.
  public init(parsing bytes: RawSpan, at byteOffset: Int) throws(AEDATError) {
    let byteCount = Self.byteCount
    guard bytes.byteCount - byteOffset >= byteCount else {
      throw AEDATError(
        .truncatedPacketHeader, at: byteOffset,
        "\(byteCount) bytes of a packet header expected, \(bytes.byteCount - byteOffset) left")
    }
    self.init(unchecked: bytes, at: byteOffset)
    try check(at: byteOffset)
  }

  private init(unchecked bytes: RawSpan, at byteOffset: Int) {
    eventType = bytes.littleEndian(Int16.self, at: byteOffset)
    eventSource = bytes.littleEndian(Int16.self, at: byteOffset + 2)
    eventByteCount = bytes.littleEndian(Int32.self, at: byteOffset + 4)
    timestampByteOffset = bytes.littleEndian(Int32.self, at: byteOffset + 8)
    timestampOverflow = bytes.littleEndian(Int32.self, at: byteOffset + 12)
    eventCapacity = bytes.littleEndian(Int32.self, at: byteOffset + 16)
    eventNumber = bytes.littleEndian(Int32.self, at: byteOffset + 20)
    eventValid = bytes.littleEndian(Int32.self, at: byteOffset + 24)
  }

  /// The header at `byteOffset`; `nil` if the bytes there are no valid one.
  init?(validIn bytes: RawSpan, at byteOffset: Int) {
    guard byteOffset <= bytes.byteCount - Self.byteCount else { return nil }
    self.init(unchecked: bytes, at: byteOffset)
    if defect != nil { return nil }
  }

  /// Whether the bytes at `byteOffset` are a valid header.
  static func isPlausible(in bytes: RawSpan, at byteOffset: Int) -> Bool {
    PacketHeader(validIn: bytes, at: byteOffset) != nil
  }

  private func check(at byteOffset: Int) throws(AEDATError) {
    guard let (code, fieldByteOffset, detail) = defect else { return }
    throw AEDATError(code, at: byteOffset + fieldByteOffset, detail())
  }

  /// The first field with an impossible value.
  private var defect: (AEDATError.Code, fieldByteOffset: Int, detail: () -> String)? {
    func invalid(_ fieldByteOffset: Int, _ detail: @escaping () -> String)
      -> (AEDATError.Code, fieldByteOffset: Int, detail: () -> String)
    { (.invalidPacketHeader, fieldByteOffset, detail) }
    let isPolarity = eventType == EventType.polarity.rawValue
    if eventType < 0 {
      return (
        .compressedPacket, 0,
        { "compressed packets (eventType bit 15) are not supported: DV converts them to AEDAT 4.0" }
      )
    }
    if EventType(rawValue: eventType) == nil {
      return invalid(0) { "eventType 0 to 13 expected, \(eventType) found" }
    }
    if eventByteCount <= 0 || (isPolarity && eventByteCount != 8) {
      return invalid(4) {
        "eventSize \(isPolarity ? "8" : "above 0") expected, \(eventByteCount) found"
      }
    }
    if isPolarity && timestampByteOffset != 4 {
      return invalid(8) { "eventTSOffset 4 expected, \(timestampByteOffset) found" }
    }
    if timestampOverflow < 0 {
      return invalid(12) { "eventTSOverflow of at least 0 expected, \(timestampOverflow) found" }
    }
    if eventNumber < 1 || eventNumber > eventCapacity {
      return invalid(20) {
        "eventNumber 1 to eventCapacity (\(eventCapacity)) expected, \(eventNumber) found"
      }
    }
    if eventValid < 0 || eventValid > eventNumber {
      return invalid(24) {
        "eventValid 0 to eventNumber (\(eventNumber)) expected, \(eventValid) found"
      }
    }
    return nil
  }
}

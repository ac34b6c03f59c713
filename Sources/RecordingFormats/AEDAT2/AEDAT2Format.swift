public import EventData
internal import FileAccess
public import SystemPackage

/// AEDAT 2.0, as jAER writes it: text lines, and events of an address and a time, 32 bits each,
/// most significant byte first.
///
/// What an address means depends on the camera that the header names. Coordinates become those of
/// jAER, except that rows are counted from the top; or those of SpikingJelly, see ``cifar10DVS``.
///
/// Source: iniVation's documentation, "AEDAT 2.0"; jAER, `DVS128` and `DavisBaseCamera`.
public struct AEDAT2Format: DecodedFormat {
  /// How addresses are divided.
  let addresses: AEDAT2Address

  private init(addresses: AEDAT2Address) { self.addresses = addresses }

  /// Determines the camera from the header.
  ///
  /// - Throws: ``EventData/DataSetError`` if the header names one whose addresses are unknown here.
  init(of bytes: RawSpan, _ path: FilePath) throws(DataSetError) {
    let header = try AEDAT2Header(parsing: bytes, path)
    guard let addresses = AEDAT2Address(ofChip: header.chip) else {
      throw DataSetError(
        path, .whole,
        "a recording of a DVS128 or a DAVIS expected, \(header.chip?.prefix(40) ?? "") found: jAER "
          + "shows it")
    }
    self.addresses = addresses
  }

  /// AEDAT 2.0 of a DVS128, with the pixels and polarities that SpikingJelly gives CIFAR10-DVS,
  /// whatever camera the header names.
  ///
  /// With the raw column c, bits 1 to 7 of an address, and the raw row r, bits 8 to 14, an event
  /// has x = 127 − r, y = 127 − c and the opposite of bit 0 as polarity. jAER reads the same bits
  /// as x = 127 − c, y = 127 − r. Other bits are ignored, where jAER sees signals.
  ///
  /// Source: SpikingJelly 2.0.0, `datasets/cifar10_dvs.py`, `_load_origin_data`.
  public static let cifar10DVS = AEDAT2Format(addresses: .cifar10DVS)

  /// `AEDAT 2.0`.
  public var name: String { "AEDAT 2.0" }

  /// 0: the file has no packets.
  public var packetHeaderByteCount: Int { 0 }

  /// Reads the text lines.
  ///
  /// - Throws: ``EventData/DataSetError`` if it is not a file of AEDAT 2.0, or ends within a line.
  public func header(
    of bytes: RawSpan, _ path: FilePath
  ) throws(DataSetError) -> RecordingHeader {
    let kind = FileKind(of: bytes)
    guard kind == .aedat(version: "2.0") else {
      throw DataSetError(path, .byte(0), kind.inPlace(of: "a recording in AEDAT 2.0"))
    }
    let header = try AEDAT2Header(parsing: bytes, path)
    let isAssumed = header.chip == nil && addresses != .cifar10DVS
    return RecordingHeader(
      byteCount: header.byteCount, startTime: header.startTime,
      sources: header.chip.map { [$0] } ?? [], sensor: addresses.sensor,
      oddities: isAssumed
        ? ["the header names no camera (AEChip): read as one of a DVS128"] : [])
  }

  /// The next 16 KiB, or all that are left.
  public func packet(
    at byteOffset: Int, in bytes: RawSpan, _ path: FilePath
  ) throws(DataSetError) -> EventPacket? {
    EventBlocks.packet(at: byteOffset, in: bytes)
  }

  /// A decoder for the camera's addresses.
  public func decoder(
    of bytes: RawSpan, _ path: FilePath
  ) throws(DataSetError) -> (any EventDecoder)? { AEDAT2Decoder(addresses: addresses) }
}

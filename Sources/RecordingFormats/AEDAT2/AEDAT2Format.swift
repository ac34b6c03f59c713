public import EventData
internal import FileAccess
public import SystemPackage

/// AEDAT 2.0, as jAER writes it: text lines, and events of an address and a time, 32 bits each,
/// most significant byte first.
///
/// What an address means depends on the camera. Coordinates become those of jAER, except that rows
/// are counted from the top.
///
/// Source: iniVation's documentation, "AEDAT 2.0"; jAER, `DVS128` and `DavisBaseCamera`.
public struct AEDAT2Format: DecodedFormat {
  /// How addresses are divided.
  let addresses: AEDAT2Address

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

  /// `AEDAT 2.0`.
  public var name: String { "AEDAT 2.0" }

  /// 0: the file has no packets.
  public var packetHeaderByteCount: Int { 0 }

  /// Reads the text lines.
  public func header(
    of bytes: RawSpan, _ path: FilePath
  ) throws(DataSetError) -> RecordingHeader {
    let header = try AEDAT2Header(parsing: bytes, path)
    return RecordingHeader(
      byteCount: header.byteCount, startTime: header.startTime,
      sources: header.chip.map { [$0] } ?? [], sensor: addresses.sensor,
      oddities: header.chip == nil
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

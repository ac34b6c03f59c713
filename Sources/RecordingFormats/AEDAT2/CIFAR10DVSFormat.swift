public import EventData
internal import FileAccess
public import SystemPackage

/// AEDAT 2.0 of a DVS128, with the pixels and polarities that SpikingJelly gives CIFAR10-DVS.
///
/// With the raw column c, bits 1 to 7 of an address, and the raw row r, bits 8 to 14, an event has
/// x = 127 − r, y = 127 − c and the opposite of bit 0 as polarity. ``AEDAT2Format`` reads the same
/// bits as jAER does: x = 127 − c, y = 127 − r. Other bits of an address are ignored, where jAER
/// sees signals; so is the camera that the header names.
///
/// Source: SpikingJelly 2.0.0, `datasets/cifar10_dvs.py`, `_load_origin_data`.
public struct CIFAR10DVSFormat: DecodedFormat {
  /// Names the format.
  public init() {}

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
    return RecordingHeader(
      byteCount: header.byteCount, startTime: header.startTime,
      sources: header.chip.map { [$0] } ?? [], sensor: AEDAT2Address.cifar10DVS.sensor)
  }

  /// The next 16 KiB, or all that are left.
  public func packet(
    at byteOffset: Int, in bytes: RawSpan, _ path: FilePath
  ) throws(DataSetError) -> EventPacket? {
    EventBlocks.packet(at: byteOffset, in: bytes)
  }

  /// A decoder of the addresses.
  public func decoder(
    of bytes: RawSpan, _ path: FilePath
  ) throws(DataSetError) -> (any EventDecoder)? { AEDAT2Decoder(addresses: .cifar10DVS) }
}

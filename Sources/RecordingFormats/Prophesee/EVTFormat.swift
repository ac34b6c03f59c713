public import EventData
internal import FileAccess
public import SystemPackage

/// Prophesee's RAW files: text lines, and then what the camera sends.
///
/// Source: Prophesee's documentation, "RAW File Format", "EVT 2.0 Format", "EVT 2.1 Format", "EVT
/// 3.0 Format".
public struct EVTFormat: DecodedFormat {
  /// How the camera encodes events.
  enum Encoding: Equatable, Sendable {
    case evt2
    /// With 64-bit words that some cameras send as two halves, the upper one first.
    case evt21(isUpperHalfFirst: Bool)
    case evt3
  }

  let encoding: Encoding

  /// Determines the encoding from a file's header, and its first words where that leaves it open.
  ///
  /// - Throws: ``EventData/DataSetError`` if it is none of those that are read.
  init(of bytes: RawSpan, _ path: FilePath) throws(DataSetError) {
    let header = try PropheseeHeader(parsing: bytes, path)
    switch header.encoding?.uppercased() {
    case "EVT2", "EVT2.0", "2.0", "2": encoding = .evt2
    case "EVT21", "EVT2.1", "2.1":
      let isUpperHalfFirst =
        switch header.formatSetting("endianness") {
        case "legacy": true
        case "little": false
        default: EVT21Decoder.isUpperHalfFirst(in: bytes, from: header.byteCount)
        }
      encoding = .evt21(isUpperHalfFirst: isUpperHalfFirst)
    case "EVT3", "EVT3.0", "3.0", "3": encoding = .evt3
    case let other?:
      throw DataSetError(
        path, .whole,
        "Prophesee's EVT 2.0, 2.1 or 3.0 expected, \(other.prefix(20)) found: Metavision's "
          + "metavision_file_to_dat converts it")
    case nil:
      throw DataSetError(
        path, .whole,
        "a line '% evt 3.0' (or 2.0, 2.1) expected in the header, none found: if you know which "
          + "it is, put it in front: { echo '% evt 3.0'; cat old.raw; } > new.raw")
    }
  }

  /// As in `Prophesee EVT 3.0`.
  public var name: String {
    switch encoding {
    case .evt2: "Prophesee EVT 2.0"
    case .evt21: "Prophesee EVT 2.1"
    case .evt3: "Prophesee EVT 3.0"
    }
  }

  /// 0: the file has no packets.
  public var packetHeaderByteCount: Int { 0 }

  /// Reads the text lines.
  public func header(
    of bytes: RawSpan, _ path: FilePath
  ) throws(DataSetError) -> RecordingHeader {
    let header = try PropheseeHeader(parsing: bytes, path)
    return try header.recordingHeader(byteCount: header.byteCount, path)
  }

  /// The next 16 KiB, or all that are left.
  public func packet(
    at byteOffset: Int, in bytes: RawSpan, _ path: FilePath
  ) throws(DataSetError) -> EventPacket? {
    EventBlocks.packet(at: byteOffset, in: bytes)
  }

  /// The decoder of the file's encoding.
  public func decoder(
    of bytes: RawSpan, _ path: FilePath
  ) throws(DataSetError) -> (any EventDecoder)? {
    switch encoding {
    case .evt2: EVT2Decoder()
    case .evt21(let isUpperHalfFirst): EVT21Decoder(isUpperHalfFirst: isUpperHalfFirst)
    case .evt3: EVT3Decoder()
    }
  }
}

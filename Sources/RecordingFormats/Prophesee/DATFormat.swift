public import EventData
internal import FileAccess
public import SystemPackage

/// Prophesee's DAT files: text lines, two bytes that name the type of the events and their size,
/// and events of 8 bytes.
///
/// Source: Prophesee's documentation, "DAT File Format".
public struct DATFormat: DecodedFormat {
  /// Names the format.
  init() {}

  /// `Prophesee DAT`.
  public var name: String { "Prophesee DAT" }

  /// 0: the file has no packets.
  public var packetHeaderByteCount: Int { 0 }

  /// Types of events that are brightness changes: of the first cameras, and of later ones.
  private static let contrastTypes: [UInt8] = [0x00, 0x0C]

  /// Reads the text lines and the two bytes.
  public func header(
    of bytes: RawSpan, _ path: FilePath
  ) throws(DataSetError) -> RecordingHeader {
    let header = try PropheseeHeader(parsing: bytes, path)
    _ = try DATAddress(header, path)
    let byteCount = header.byteCount + 2
    guard byteCount <= bytes.byteCount else {
      throw DataSetError(
        path, .byte(header.byteCount),
        "2 bytes with type and size of events expected, \(bytes.byteCount - header.byteCount) left")
    }
    let type = bytes.littleEndian(UInt8.self, at: header.byteCount)
    let size = bytes.littleEndian(UInt8.self, at: header.byteCount + 1)
    guard Self.contrastTypes.contains(type), size == 8 else {
      throw DataSetError(
        path, .byte(header.byteCount),
        "events of type 0 or 12 with 8 bytes expected, type \(type) with \(size) found")
    }
    return try header.recordingHeader(byteCount: byteCount, path)
  }

  /// The next 16 KiB, or all that are left.
  public func packet(
    at byteOffset: Int, in bytes: RawSpan, _ path: FilePath
  ) throws(DataSetError) -> EventPacket? {
    EventBlocks.packet(at: byteOffset, in: bytes)
  }

  /// A decoder, as the 32 bits of a time are used up after 71 minutes.
  public func decoder(
    of bytes: RawSpan, _ path: FilePath
  ) throws(DataSetError) -> (any EventDecoder)? {
    DATDecoder(try DATAddress(try PropheseeHeader(parsing: bytes, path), path))
  }
}

/// How an address is divided into column, row and polarity.
private struct DATAddress {
  let columnBits: UInt32
  let rowBits: UInt32

  /// The addresses of the version that the header names.
  init(_ header: PropheseeHeader, _ path: FilePath) throws(DataSetError) {
    switch header.values["version"] {
    case "1": (columnBits, rowBits) = (9, 8)
    case "2": (columnBits, rowBits) = (14, 14)
    case let version:
      throw DataSetError(
        path, .whole,
        "a DAT file of version 1 or 2 expected, \(version.map { "\($0.prefix(20))" } ?? "none") found"
      )
    }
  }

  @inline(__always)
  func meaning(of address: UInt32) -> AddressEvents.Meaning {
    AddressEvents.Meaning(
      data: PolarityEvent.data(
        x: address & (1 &<< columnBits &- 1),
        y: address &>> columnBits & (1 &<< rowBits &- 1),
        polarity: address &>> (columnBits &+ rowBits)),
      unusualBits: 0)
  }
}

/// Events of a time and an address, 32 bits each.
private struct DATDecoder: EventDecoder {
  var state = DecoderState()
  private let layout: DATAddress
  private var cutByteCount = 0

  init(_ layout: DATAddress) { self.layout = layout }

  var oddities: [String] { [cutText(cutByteCount, ofWordsOf: 8)].compactMap(\.self) }

  mutating func decode(
    _ packet: EventPacket, in bytes: RawSpan, _ path: FilePath, into events: inout EventBuffer,
    _ body: EventBuffer.Body
  ) throws(DataSetError) {
    let end = packet.wordsEnd(wordByteCount: AddressEvents.eventByteCount)
    cutByteCount += packet.eventBytes.upperBound - end
    try AddressEvents.decode(
      bytes.extracting(packet.eventBytes.lowerBound..<end), order: .timeLittleEndian,
      time: &state.microseconds, into: &events, meaning: layout.meaning, onOther: { _ in }, body)
  }
}

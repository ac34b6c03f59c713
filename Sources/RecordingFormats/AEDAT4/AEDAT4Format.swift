public import EventData
internal import FileAccess
public import SystemPackage

/// AEDAT 4.0, as DV writes it: packets of several streams, each a FlatBuffer that is stored as it
/// is or compressed.
///
/// Source: iniVation's documentation, "AEDAT 4.0"; the schemas of dv-processing.
public struct AEDAT4Format: DecodedFormat {
  private let fileHeader: AEDAT4Header
  /// Where the packets of a stream end; `nil` in a file, whose header tells it.
  package let endByteOffset: Int?
  /// The size of the file whose header was read, if that tells where its table is; `nil` for a file
  /// that was not closed, which may grow, and for a stream.
  public let fileByteCount: Int?

  /// Reads a file's header.
  ///
  /// - Throws: ``EventData/DataSetError`` with the byte offset, for any defect of it.
  init(of bytes: RawSpan, _ path: FilePath) throws(DataSetError) {
    fileHeader = try AEDAT4Header(parsing: bytes, path)
    endByteOffset = nil
    fileByteCount = fileHeader.tableByteOffset == nil ? nil : bytes.byteCount
  }

  /// Reads the header of a stream, of which more follows.
  ///
  /// - Throws: ``EventData/DataSetError`` with the byte offset, for any defect of it.
  init(ofStream bytes: RawSpan, _ path: FilePath) throws(DataSetError) {
    var header = try AEDAT4Header(parsing: bytes, isWhole: false, path)
    endByteOffset = header.tableByteOffset
    // Offsets in what has arrived do not count from the start of the stream.
    header.tableByteOffset = nil
    fileHeader = header
    fileByteCount = nil
  }

  /// As in `AEDAT 4.0 (LZ4)`.
  public var name: String {
    switch fileHeader.compression {
    case .none: "AEDAT 4.0"
    case .lz4, .lz4High: "AEDAT 4.0 (LZ4)"
    case .zstd, .zstdHigh: "AEDAT 4.0 (Zstandard)"
    }
  }

  /// The number of a packet's stream, and its size.
  public var packetHeaderByteCount: Int { 8 }

  /// The header in the form common to all formats.
  public func header(
    of bytes: RawSpan, _ path: FilePath
  ) throws(DataSetError) -> RecordingHeader {
    let header = fileHeader
    guard bytes.byteCount >= header.byteCount else {
      throw DataSetError(path, .whole, "the file has shrunk since its header was read")
    }
    let stream = header.streams[header.eventStream]
    let others = header.streams.filter { $0.value.holdsEvents }.keys.sorted().dropFirst()
    var oddities: [String] = []
    if !others.isEmpty {
      oddities.append(
        "several streams of events: stream \(header.eventStream) is read, "
          + "\(Self.listed(others)) left out")
    }
    return RecordingHeader(
      byteCount: header.byteCount,
      sources: stream.flatMap { $0.source.isEmpty ? nil : [$0.source] } ?? [],
      sensor: try .stated(stream?.width, stream?.height, path), oddities: oddities)
  }

  /// Reads a packet's stream and size; `nil` at the table that closes the file, or at its end.
  ///
  /// In a file without that table, a last packet that is cut is one, for the decoder to note.
  public func packet(
    at byteOffset: Int, in bytes: RawSpan, _ path: FilePath
  ) throws(DataSetError) -> EventPacket? {
    let end = min(bytes.byteCount, fileHeader.tableByteOffset ?? bytes.byteCount)
    let isClosed = fileHeader.tableByteOffset != nil
    if byteOffset == end { return nil }
    func packet(_ type: EventType, _ start: Int, _ end: Int) -> EventPacket {
      EventPacket(
        type: type, eventCount: 0, byteOffset: byteOffset, eventBytes: start..<end,
        nextByteOffset: end, timestampOverflow: 0)
    }
    let start = byteOffset + packetHeaderByteCount
    guard start <= end else {
      if !isClosed { return packet(.polarity, end, end) }
      throw DataSetError(
        path, .byte(byteOffset),
        "\(packetHeaderByteCount) bytes of a packet header expected, \(end - byteOffset) left")
    }
    let number = bytes.littleEndian(Int32.self, at: byteOffset)
    let size = Int(bytes.littleEndian(Int32.self, at: byteOffset + 4))
    guard let stream = fileHeader.streams[number] else {
      throw DataSetError(
        path, .byte(byteOffset),
        "a packet of stream \(Self.listed(fileHeader.streams.keys.sorted()[...])) expected, "
          + "\(number) found")
    }
    guard size >= 0 else {
      throw DataSetError(
        path, .byte(byteOffset + 4), "a size of at least 0 expected, \(size) found")
    }
    guard size <= end - start else {
      if !isClosed { return packet(.polarity, end, end) }
      throw DataSetError(
        path, .byte(start), "a packet of \(size) bytes expected, \(end - start) left")
    }
    var found = packet(stream.type ?? .special, start, start + size)
    found.source = number
    found.isLeftOut =
      stream.type == nil || stream.holdsEvents && number != fileHeader.eventStream
    return found
  }

  /// Numbers of streams for a message: at most eight, and how many more there are.
  private static func listed(_ numbers: ArraySlice<Int32>) -> String {
    let shown = numbers.prefix(8)
    let more = numbers.count - shown.count
    return shown.map(String.init).joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
  }

  /// A decoder, which decompresses packets.
  public func decoder(
    of bytes: RawSpan, _ path: FilePath
  ) throws(DataSetError) -> (any EventDecoder)? {
    AEDAT4Decoder(compression: fileHeader.compression, stream: fileHeader.eventStream)
  }
}

extension AEDAT4Format: StreamedFormat {
  /// Locates a packet that has arrived.
  package func arrivedPacket(
    at byteOffset: Int, in bytes: RawSpan, isEnd: Bool, _ path: FilePath
  ) throws(DataSetError) -> EventPacket? {
    let left = bytes.byteCount - byteOffset
    guard left >= packetHeaderByteCount else { return nil }
    let size = Int(bytes.littleEndian(Int32.self, at: byteOffset + 4))
    let isKnown = fileHeader.streams[bytes.littleEndian(Int32.self, at: byteOffset)] != nil
    if isKnown && size > left - packetHeaderByteCount { return nil }
    return try packet(at: byteOffset, in: bytes, path)
  }
}

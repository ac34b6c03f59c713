internal import EventData
internal import FileAccess
internal import SystemPackage

/// What stands before the packets of an AEDAT 4.0 file: how they are compressed, where they end,
/// and which streams there are.
///
/// Source: iniVation's documentation, "AEDAT 4.0"; the schema `IOHeader.fbs` of dv-processing.
struct AEDAT4Header: Sendable {
  /// How each packet is compressed.
  enum Compression: Int32, Sendable {
    case none = 0
    case lz4
    case lz4High
    case zstd
    case zstdHigh
  }

  /// Size in bytes, and so the offset of the first packet.
  let byteCount: Int
  /// How each packet is compressed.
  let compression: Compression
  /// Where the table of all packets starts that closes the file; `nil` if it was not closed.
  var tableByteOffset: Int?
  /// The streams by number.
  let streams: [Int32: AEDAT4Stream]
  /// The number of the stream of events that is read: the lowest.
  let eventStream: Int32

  private static let versionByteCount = 14
  /// Maximum size of what follows the version and the size.
  ///
  /// Formats read their header from the first MiB of a file. DV's take some kB.
  private static let maximumByteCount = (1 << 20) - versionByteCount - 4

  /// The bytes up to the end of the header, as far as these tell.
  static func neededByteCount(_ bytes: RawSpan) -> Int {
    let start = versionByteCount + 4
    guard bytes.byteCount >= start else { return start }
    let size = Int(bytes.littleEndian(UInt32.self, at: versionByteCount))
    return size <= maximumByteCount ? start + size : start
  }

  /// Reads the header.
  ///
  /// - Parameters:
  ///   - bytes: The file from its start.
  ///   - isWhole: Whether these are all bytes of the file.
  ///   - path: The file's name, for messages.
  /// - Throws: ``EventData/DataSetError`` with the byte offset, for any defect.
  init(parsing bytes: RawSpan, isWhole: Bool = true, _ path: FilePath) throws(DataSetError) {
    let start = Self.versionByteCount + 4
    guard bytes.byteCount >= start else {
      throw DataSetError(path, .byte(bytes.byteCount), "the file ends within its header")
    }
    let size = Int(bytes.littleEndian(UInt32.self, at: Self.versionByteCount))
    guard size <= Self.maximumByteCount else {
      throw DataSetError(
        path, .byte(Self.versionByteCount),
        "a header of at most \(Self.maximumByteCount) bytes expected, \(size) found")
    }
    guard size <= bytes.byteCount - start else {
      throw DataSetError(
        path, .byte(start), "\(size) bytes of header expected, \(bytes.byteCount - start) left")
    }
    byteCount = start + size
    let information: String
    let fields: (compression: Int32, table: Int64)
    do throws(FlatBufferDefect) {
      let buffer = try FlatBuffer(
        bytes.extracting(start..<start + size), identifier: "IOHE")
      let root = buffer.root
      let compression = try buffer.field(0, of: root)
      let table = try buffer.field(1, of: root)
      fields = (
        try compression.map { field throws(FlatBufferDefect) in
          try buffer.integer(Int32.self, at: field)
        } ?? 0,
        try table.map { field throws(FlatBufferDefect) in
          try buffer.integer(Int64.self, at: field)
        } ?? -1
      )
      if let field = try buffer.field(2, of: root) {
        let text = try buffer.vector(field, elementByteCount: 1)
        information = String(
          decoding: bytes.extracting(start + text.lowerBound..<start + text.upperBound).copied(),
          as: UTF8.self)
      } else {
        information = ""
      }
    } catch {
      throw DataSetError(
        path, .byte(start + error.byteOffset), "the header (IOHeader) is malformed")
    }
    guard let compression = Compression(rawValue: fields.compression) else {
      throw DataSetError(
        path, .byte(start), "compression 0 to 4 expected, \(fields.compression) found")
    }
    self.compression = compression
    if fields.table < 0 {
      tableByteOffset = nil
    } else {
      guard fields.table >= Int64(byteCount), !isWhole || fields.table <= Int64(bytes.byteCount)
      else {
        throw DataSetError(
          path, .byte(start),
          "the table that closes the file expected from byte \(byteCount)"
            + (isWhole ? " to \(bytes.byteCount)" : " on")
            + ", the header names \(fields.table): copy the file again")
      }
      tableByteOffset = Int(fields.table)
    }
    streams = AEDAT4Stream.streams(in: information)
    guard let first = streams.filter({ $0.value.holdsEvents }).keys.min() else {
      throw DataSetError(path, .byte(start), "a stream of events (EVTS) expected, none named")
    }
    eventStream = first
  }
}

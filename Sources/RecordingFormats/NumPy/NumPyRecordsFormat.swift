public import EventData
internal import FileAccess
internal import NumPyFiles
public import SystemPackage

/// Events as records in a `.npy` file, as tonic has them: fields `t`, `x`, `y` and `p` of any
/// integer type, in any order, also with others.
///
/// Source: NumPy's `numpy.lib.format`; tonic 1.7.0, `io.make_structured_array`.
public struct NumPyRecordsFormat: DecodedFormat {
  private let records: RecordHeader
  /// The columns and their offsets in a record, by `EventValue`.
  private let columns: [(column: IntegerColumn, offset: Int)]
  /// The size of the file whose header was read.
  public let fileByteCount: Int?

  /// Reads a file's header.
  ///
  /// - Throws: ``EventData/DataSetError`` if a field is missing, or is not of integers.
  init(of bytes: RawSpan, _ path: FilePath) throws(DataSetError) {
    do throws(FileContentError) {
      let records = try RecordHeader(bytes, fileByteCount: bytes.byteCount)
      var columns: [(column: IntegerColumn, offset: Int)] = []
      for value in EventValue.allCases {
        let field = records.fields.first { value.names.contains($0.name) }
        guard let field, let element = field.element else {
          let names = records.fields.prefix(8).map { printable($0.name) }.joined(separator: ", ")
          throw FileContentError("", "a field \(value.namesText) expected, \(names) found")
        }
        columns.append(
          (try value.column(element, stride: records.recordByteCount), field.offset))
      }
      self.records = records
      self.columns = columns
      fileByteCount = bytes.byteCount
    } catch { throw DataSetError(path, error) }
  }

  /// `NumPy records (.npy)`.
  public var name: String { "NumPy records (.npy)" }

  /// 0: the file has no packets.
  public var packetHeaderByteCount: Int { 0 }

  /// The offset of the records; nothing else is known.
  public func header(
    of bytes: RawSpan, _ path: FilePath
  ) throws(DataSetError) -> RecordingHeader {
    RecordingHeader(byteCount: records.dataOffset)
  }

  /// The next 16 384 records, or all that are left.
  public func packet(
    at byteOffset: Int, in bytes: RawSpan, _ path: FilePath
  ) throws(DataSetError) -> EventPacket? {
    guard byteOffset < bytes.byteCount else { return nil }
    let end = min(
      bytes.byteCount, byteOffset + EventRows.packetRowCount * records.recordByteCount)
    return EventPacket(decoding: byteOffset..<end)
  }

  /// A decoder of records.
  public func decoder(
    of bytes: RawSpan, _ path: FilePath
  ) throws(DataSetError) -> (any EventDecoder)? {
    Decoder(records: records, columns: columns)
  }

  private struct Decoder: EventDecoder {
    /// Nothing: each packet can be read by itself.
    var state = DecoderState()
    let oddities: [String] = []
    let records: RecordHeader
    let columns: [(column: IntegerColumn, offset: Int)]
    private var rows = EventRows()

    init(records: RecordHeader, columns: [(column: IntegerColumn, offset: Int)]) {
      self.records = records
      self.columns = columns
    }

    mutating func decode(
      _ packet: EventPacket, in bytes: RawSpan, _ path: FilePath, into events: inout EventBuffer,
      _ body: EventBuffer.Body
    ) throws(DataSetError) {
      let start = packet.eventBytes.lowerBound
      for value in EventValue.allCases {
        let (column, offset) = columns[value.rawValue]
        rows.read(
          value, column, bytes, at: start + offset,
          count: packet.eventBytes.count / records.recordByteCount)
      }
      try rows.append(
        to: &events, first: (start - records.dataOffset) / records.recordByteCount, path, body)
    }
  }
}

public import EventData
internal import FileAccess
internal import NumPyFiles
public import SystemPackage
internal import ZipArchives

/// Events as four arrays in a `.npz` file, as SpikingJelly has them: `t`, `x`, `y` and `p`, of any
/// integer type, stored or deflated.
///
/// Stored arrays are read in parts, deflated ones as a whole, of at most 64 MiB each. A packet is
/// 16 384 events, and its number is its offset, as its values lie in four parts of the file.
///
/// Source: NumPy's `savez` and `savez_compressed`; SpikingJelly 2.0.0,
/// `datasets/dvs128_gesture.py`.
public struct NumPyArchiveFormat: DecodedFormat {
  /// An array of one value of all events.
  struct Member: Sendable {
    let member: ZipMember
    let column: IntegerColumn
    /// Where the integers begin in the member.
    let dataOffset: Int
  }

  /// By `EventValue`.
  private let arrays: [Member]
  private let eventCount: Int
  /// The size of the file whose directory was read.
  private let byteCount: Int
  private let inflated: InflatedArrays

  /// Maximum size of a deflated array in bytes.
  static let maximumInflatedByteCount = 64 << 20

  /// Reads the archive's directory and the arrays' headers.
  ///
  /// - Throws: ``EventData/DataSetError`` if an array is missing, or they do not belong together.
  init(of bytes: RawSpan, _ path: FilePath) throws(DataSetError) {
    do throws(FileContentError) {
      let directory = try ZipDirectory(bytes)
      var arrays: [Member] = []
      var counts: [Int] = []
      for value in EventValue.allCases {
        let member = value.names.lazy.compactMap { directory.member("\($0).npy") }.first
        guard let member else {
          let names = directory.members.prefix(8).map { printable($0.name) }
            .joined(separator: ", ")
          throw FileContentError("", "an array '\(value.names[0])' expected, \(names) found")
        }
        if member.isDeflated && member.byteCount > Self.maximumInflatedByteCount {
          throw FileContentError(
            member.name,
            "a compressed array of at most \(Self.maximumInflatedByteCount) bytes expected, "
              + "\(member.byteCount) found: np.savez stores arrays of any size")
        }
        let header = try member.withStart(
          in: bytes, byteCount: ArrayHeader.maximumStartByteCount
        ) { start throws(FileContentError) in
          try ArrayHeader(start, fileByteCount: member.byteCount)
        }
        guard header.shape.count == 1 else {
          throw FileContentError(
            member.name, "an array with one axis expected, of shape \(header.shape) found")
        }
        counts.append(header.elementCount)
        arrays.append(
          Member(
            member: member, column: try value.column(header.element),
            dataOffset: header.dataOffset))
      }
      guard Set(counts).count == 1 else {
        throw FileContentError(
          "", "arrays t, x, y and p of equal lengths expected, \(counts) found")
      }
      self.arrays = arrays
      eventCount = counts[0]
      byteCount = bytes.byteCount
      inflated = InflatedArrays()
    } catch { throw DataSetError(path, error) }
  }

  /// `NumPy arrays (.npz)`.
  public var name: String { "NumPy arrays (.npz)" }

  /// 0: the file has no packets.
  public var packetHeaderByteCount: Int { 0 }

  /// Nothing is known.
  public func header(
    of bytes: RawSpan, _ path: FilePath
  ) throws(DataSetError) -> RecordingHeader {
    try requireUnchanged(byteCount, bytes, path)
    return RecordingHeader(byteCount: 0)
  }

  private var packetCount: Int {
    (eventCount + EventRows.packetRowCount - 1) / EventRows.packetRowCount
  }

  /// The numbers of a packet's events.
  private static func rows(ofPacket number: Int, eventCount: Int) -> Range<Int> {
    let start = number * EventRows.packetRowCount
    return start..<min(eventCount, start + EventRows.packetRowCount)
  }

  /// The next 16 384 events, or all that are left.
  ///
  /// There are at most as many packets as bytes, as deflated arrays have at most 1032 times their
  /// size.
  public func packet(
    at byteOffset: Int, in bytes: RawSpan, _ path: FilePath
  ) throws(DataSetError) -> EventPacket? {
    guard byteOffset < packetCount else { return nil }
    let isLast = byteOffset == packetCount - 1
    var packet = EventPacket(
      type: .polarity, eventCount: 0, byteOffset: byteOffset, eventBytes: byteOffset..<byteOffset,
      nextByteOffset: isLast ? bytes.byteCount : byteOffset + 1, timestampOverflow: 0)
    let rows = Self.rows(ofPacket: byteOffset, eventCount: eventCount)
    packet.columnBytes = arrays.filter { !$0.member.isDeflated }.map { array in
      let start = array.start + array.column.byteOffset(of: rows.lowerBound)
      return start..<start + array.column.byteCount(of: rows.count)
    }
    return packet
  }

  /// A decoder of arrays, with the deflated ones in memory.
  public func decoder(
    of bytes: RawSpan, _ path: FilePath
  ) throws(DataSetError) -> (any EventDecoder)? {
    try requireUnchanged(byteCount, bytes, path)
    do throws(FileContentError) {
      return Decoder(
        arrays: arrays, eventCount: eventCount, contents: try inflated.contents(arrays, bytes))
    } catch { throw DataSetError(path, error) }
  }

  private struct Decoder: EventDecoder {
    /// Nothing: each packet can be read by itself.
    var state = DecoderState()
    let oddities: [String] = []
    let arrays: [Member]
    let eventCount: Int
    let contents: InflatedContents
    private var rows = EventRows()
    /// The CRC-32 of the stored arrays up to a packet, and the number of that.
    private var checksums: (values: [UInt32], packet: Int) = ([], 0)

    init(arrays: [Member], eventCount: Int, contents: InflatedContents) {
      self.arrays = arrays
      self.eventCount = eventCount
      self.contents = contents
    }

    mutating func decode(
      _ packet: EventPacket, in bytes: RawSpan, _ path: FilePath, into events: inout EventBuffer,
      _ body: EventBuffer.Body
    ) throws(DataSetError) {
      let range = NumPyArchiveFormat.rows(ofPacket: packet.byteOffset, eventCount: eventCount)
      for value in EventValue.allCases {
        let array = arrays[value.rawValue]
        let offset = array.column.byteOffset(of: range.lowerBound)
        if let content = contents.arrays[value.rawValue] {
          // Safe: any byte is a valid UInt8, and the array lives until the end.
          rows.read(
            value, array.column, unsafe content.span.bytes, at: array.dataOffset + offset,
            count: range.count)
        } else {
          rows.read(value, array.column, bytes, at: array.start + offset, count: range.count)
        }
      }
      try verify(packet, range, in: bytes, path)
      try rows.append(to: &events, first: range.lowerBound, path, body)
    }

    /// Verifies the checksums of the stored arrays with the last packet, if all were read.
    private mutating func verify(
      _ packet: EventPacket, _ range: Range<Int>, in bytes: RawSpan, _ path: FilePath
    ) throws(DataSetError) {
      if packet.byteOffset == 0 {
        checksums = (
          arrays.map { array in
            let start = array.member.storedRange.lowerBound
            return array.member.isDeflated
              ? 0 : ZipMember.checksum(bytes.extracting(start..<array.start), after: 0)
          }, 0
        )
      }
      guard checksums.packet == packet.byteOffset, !checksums.values.isEmpty else { return }
      for (index, array) in arrays.enumerated() where !array.member.isDeflated {
        let start = array.start + array.column.byteOffset(of: range.lowerBound)
        checksums.values[index] = ZipMember.checksum(
          bytes.extracting(start..<start + array.column.byteCount(of: range.count)),
          after: checksums.values[index])
        guard range.upperBound < eventCount || checksums.values[index] == array.member.checksum
        else {
          throw DataSetError(
            path, .whole,
            "\(array.member.name): the content does not have its checksum: the file is damaged")
        }
      }
      checksums.packet += 1
    }
  }
}

extension NumPyArchiveFormat.Member {
  /// Where the integers of a stored array begin in the file.
  fileprivate var start: Int { member.storedRange.lowerBound + dataOffset }
}

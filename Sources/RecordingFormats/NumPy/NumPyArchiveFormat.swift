public import EventData
internal import FileAccess
internal import NumPyFiles
public import SystemPackage
internal import ZipArchives

/// Events as four arrays in a `.npz` file, as SpikingJelly has them: `t`, `x`, `y` and `p`, of any
/// integer type, stored or deflated.
///
/// A packet is 16 384 events, and its number is its offset, as its values lie in four parts of the
/// file. Deflated arrays are decompressed packet by packet, too.
///
/// Source: NumPy's `savez` and `savez_compressed`; SpikingJelly 2.0.0,
/// `datasets/dvs128_gesture.py`.
public struct NumPyArchiveFormat: DecodedFormat {
  /// By `EventValue`.
  private let arrays: [ArchivedColumn]
  private let eventCount: Int
  /// The size of the file whose directory was read.
  public let fileByteCount: Int?
  private let points = SharedInflationPoints()

  /// Reads the archive's directory and the arrays' headers.
  ///
  /// - Throws: ``EventData/DataSetError`` if an array is missing, or they do not belong together.
  init(of bytes: RawSpan, _ path: FilePath) throws(DataSetError) {
    do throws(FileContentError) {
      let directory = try ZipDirectory(bytes)
      var arrays: [ArchivedColumn] = []
      var counts: [Int] = []
      for value in EventValue.allCases {
        let member = value.names.lazy.compactMap { directory.member("\($0).npy") }.first
        guard let member else {
          let names = directory.members.prefix(8).map { printable($0.name) }
            .joined(separator: ", ")
          throw FileContentError("", "an array \(value.namesText) expected, \(names) found")
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
          ArchivedColumn(
            member: member, column: try value.column(header.element),
            dataOffset: header.dataOffset))
      }
      guard Set(counts).count == 1 else {
        throw FileContentError(
          "", "arrays t, x, y and p of equal lengths expected, \(counts) found")
      }
      self.arrays = arrays
      eventCount = counts[0]
      fileByteCount = bytes.byteCount
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
    RecordingHeader(byteCount: 0)
  }

  private var packetCount: Int {
    (eventCount + EventRows.packetRowCount - 1) / EventRows.packetRowCount
  }

  /// The next 16 384 events, or all that are left.
  ///
  /// There are fewer packets than bytes, as deflated arrays have at most 1032 times their size.
  public func packet(
    at byteOffset: Int, in bytes: RawSpan, _ path: FilePath
  ) throws(DataSetError) -> EventPacket? {
    guard byteOffset < packetCount else { return nil }
    let isLast = byteOffset == packetCount - 1
    var packet = EventPacket(
      type: .polarity, eventCount: 0, byteOffset: byteOffset, eventBytes: byteOffset..<byteOffset,
      nextByteOffset: isLast ? bytes.byteCount : byteOffset + 1, timestampOverflow: 0)
    let events = EventRows.events(ofPacket: byteOffset, of: eventCount)
    packet.columnBytes = arrays.filter { !$0.member.isDeflated }.map { $0.storedBytes(of: events) }
    return packet
  }

  /// A decoder of arrays.
  public func decoder(
    of bytes: RawSpan, _ path: FilePath
  ) throws(DataSetError) -> (any EventDecoder)? {
    let inflation =
      arrays.contains(where: \.member.isDeflated)
      ? ArrayInflation(of: arrays, startingAt: points.points) : nil
    return NumPyArchiveDecoder(arrays: arrays, eventCount: eventCount, inflation: inflation)
  }
}

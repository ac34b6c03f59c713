internal import EventData
internal import FileAccess
internal import SystemPackage
internal import ZipArchives

/// Events of which each value is an array in an archive, stored or deflated.
struct NumPyArchiveDecoder: EventDecoder {
  /// Nothing: each packet can be read by itself.
  var state = DecoderState()
  let oddities: [String] = []
  /// By `EventValue`.
  private let arrays: [ArchivedColumn]
  private let eventCount: Int
  /// `nil` if all arrays are stored.
  private var inflation: ArrayInflation?
  private var rows = EventRows()
  /// The CRC-32 of the stored arrays up to a packet, and the number of that.
  private var checksums: (values: [UInt32], packet: Int) = ([], 0)

  /// Creates a decoder.
  ///
  /// - Parameters:
  ///   - arrays: The arrays by `EventValue`.
  ///   - eventCount: The number of events of each.
  ///   - inflation: What decompresses those that are deflated; `nil` if none is.
  init(arrays: [ArchivedColumn], eventCount: Int, inflation: ArrayInflation?) {
    self.arrays = arrays
    self.eventCount = eventCount
    self.inflation = inflation
  }

  var readBytes: [Range<Int>] { inflation?.readBytes ?? [] }

  mutating func decode(
    _ packet: EventPacket, in bytes: RawSpan, _ path: FilePath, into events: inout EventBuffer,
    _ body: EventBuffer.Body
  ) throws(DataSetError) {
    let range = EventRows.events(ofPacket: packet.byteOffset, of: eventCount)
    do throws(FileContentError) {
      try inflation?.move(to: packet.byteOffset, firstEvent: range.lowerBound, in: bytes)
      for value in EventValue.allCases {
        let array = arrays[value.rawValue]
        if array.member.isDeflated {
          try inflation?.read(value, count: range.count, in: bytes, into: &rows)
        } else {
          let start = array.storedBytes(of: range).lowerBound
          rows.read(value, array.column, bytes, at: start, count: range.count)
        }
      }
      inflation?.noteReadBytes()
      try verify(packet, range, in: bytes)
    } catch { throw DataSetError(path, error) }
    try rows.append(to: &events, first: range.lowerBound, path, body)
  }

  /// Verifies the checksums of the stored arrays with the last packet, if all were read.
  ///
  /// Those of deflated ones are verified with their last piece.
  private mutating func verify(
    _ packet: EventPacket, _ range: Range<Int>, in bytes: RawSpan
  ) throws(FileContentError) {
    if packet.byteOffset == 0 {
      checksums = (
        arrays.map { array in
          let start = array.member.storedRange.lowerBound
          return array.member.isDeflated
            ? 0
            : ZipMember.checksum(bytes.extracting(start..<start + array.dataOffset), after: 0)
        }, 0
      )
    }
    guard checksums.packet == packet.byteOffset, !checksums.values.isEmpty else { return }
    for (index, array) in arrays.enumerated() where !array.member.isDeflated {
      checksums.values[index] = ZipMember.checksum(
        bytes.extracting(array.storedBytes(of: range)), after: checksums.values[index])
      if range.upperBound == eventCount {
        try array.member.requireChecksum(checksums.values[index])
      }
    }
    checksums.packet += 1
  }
}

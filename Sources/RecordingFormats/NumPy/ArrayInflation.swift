internal import FileAccess
internal import NumPyFiles
internal import ZipArchives

/// Decompresses deflated arrays side by side, packet by packet.
struct ArrayInflation: Sendable {
  /// By `EventValue`.
  private let arrays: [ArchivedColumn]
  private let points: InflationPoints
  /// By `EventValue`, `nil` for arrays that are stored; empty before the first packet.
  private var inflaters: InflationPoints.Inflaters = []
  /// The number of the packet before which they are.
  private var nextPacket = 0
  private var content: [UInt8] = []
  /// Up to where the memory of each array's stored bytes may be released.
  private var releasedEnds: [Int] = []
  /// Byte ranges of the file that were read and are not read again by this pass.
  private(set) var readBytes: [Range<Int>] = []

  /// What is read of an array before its memory is released, so that few system calls are needed.
  private static let releasedByteCount = 1 << 16

  /// Prepares a pass.
  ///
  /// - Parameters:
  ///   - arrays: All arrays by `EventValue`, of which some are deflated.
  ///   - points: Where passes can start.
  init(of arrays: [ArchivedColumn], startingAt points: InflationPoints) {
    self.arrays = arrays
    self.points = points
  }

  /// Goes to a packet, unless it is the next.
  ///
  /// - Parameters:
  ///   - packet: Its number.
  ///   - event: The number of its first event.
  ///   - bytes: The whole archive.
  /// - Throws: ``FileContentError`` if an array is corrupt.
  mutating func move(
    to packet: Int, firstEvent event: Int, in bytes: RawSpan
  ) throws(FileContentError) {
    if inflaters.isEmpty || packet != nextPacket {
      if let waiting = try points.inflaters(upTo: packet) {
        inflaters = waiting
      } else {
        inflaters = try starts()
      }
      releasedEnds = inflaters.map { $0?.archiveOffset ?? 0 }
      for (array, inflater) in zip(arrays, inflaters) {
        try inflater?.skip(to: array.contentOffset(of: event), of: bytes)
      }
    }
    try points.add(inflaters, before: packet)
    nextPacket = packet + 1
  }

  private func starts() throws(FileContentError) -> InflationPoints.Inflaters {
    var starts: InflationPoints.Inflaters = []
    for array in arrays {
      guard array.member.isDeflated else {
        starts.append(nil)
        continue
      }
      starts.append(try MemberInflater(array.member))
    }
    return starts
  }

  /// Reads the integers of the packet's events.
  ///
  /// - Parameters:
  ///   - value: What they are; its array is deflated.
  ///   - count: The number of events.
  ///   - bytes: The whole archive.
  ///   - rows: Receives them.
  /// - Throws: ``FileContentError`` if the array is corrupt.
  mutating func read(
    _ value: EventValue, count: Int, in bytes: RawSpan, into rows: inout EventRows
  ) throws(FileContentError) {
    let column = arrays[value.rawValue].column
    try inflaters[value.rawValue]?.read(column.byteCount(of: count), of: bytes, into: &content)
    // Safe: any byte is a valid UInt8; the span does not outlive the call.
    rows.read(value, column, unsafe content.span.bytes, at: 0, count: count)
  }

  /// Notes after a packet what was read.
  mutating func noteReadBytes() {
    readBytes = []
    for (index, inflater) in inflaters.enumerated() {
      guard let inflater else { continue }
      // The page that is being read stays.
      let end = inflater.archiveOffset / pageByteCount * pageByteCount
      guard end - releasedEnds[index] >= Self.releasedByteCount else { continue }
      readBytes.append(releasedEnds[index]..<end)
      releasedEnds[index] = end
    }
  }
}

internal import EventData
internal import FileAccess
internal import Threads

/// Walks over the packets of a recording and keeps only a small part of it in memory.
///
/// The recording is brought in block by block ahead of the reader and let go behind it, so that the
/// memory that a process needs does not grow with the file; nor with a packet: a large one is given
/// out in pieces.
struct PacketWalk {
  /// Bytes brought in at a time.
  ///
  /// Large enough that two system calls a block do not count.
  static let blockByteCount = 1 << 20
  /// Events given out at a time.
  static let pieceEventCount = 1 << 16

  /// Nanoseconds spent on bringing blocks in and letting them go.
  private(set) var readNanoseconds: Int64 = 0

  /// Events of a piece in the common form, where the format has another.
  private var words: [UInt64] = []

  private var populatedEnd: Int
  private var releasedEnd: Int

  /// A part of a packet.
  struct Piece {
    let packet: EventPacket
    /// The piece's events, as bytes of the recording.
    let eventBytes: Range<Int>
    /// Whether it is the packet's first.
    let isFirst: Bool

    /// Whether it has events to be counted.
    var isPolarity: Bool { packet.type == .polarity }
  }

  /// Gets a piece and its events; of a packet of another type, none.
  typealias Body = (Piece, borrowing PolarityEvents) throws(DataSetError) -> Void

  private init(from byteOffset: Int) {
    populatedEnd = byteOffset
    releasedEnd = byteOffset
  }

  /// Gives each packet, in pieces, to `body`.
  ///
  /// - Parameters:
  ///   - byteRange: From the start of a packet to the end of one.
  ///   - recording: The recording.
  ///   - onBlock: Gets each part of the recording once, in order, as it comes in.
  ///   - body: Gets the pieces; of packets that are not polarity one, without events.
  /// - Returns: The nanoseconds spent on reading.
  /// - Throws: What the closures throw; and ``DataSetError`` for a defect of the packets, and where
  ///   the file has shrunk meanwhile.
  static func run(
    over byteRange: Range<Int>, of recording: borrowing RecordingContents,
    onBlock: (RawSpan) throws(DataSetError) -> Void,
    _ body: Body
  ) throws(DataSetError) -> Int64 {
    var walk = PacketWalk(from: byteRange.lowerBound)
    // Once, not once a packet: both count their references, and threads share them.
    let format = recording.format
    let path = recording.path
    var start = byteRange.lowerBound
    while start < byteRange.upperBound {
      try walk.advance(
        to: start + format.packetHeaderByteCount, reading: start, recording, onBlock)
      let packet = try recording.withBytes { bytes throws(DataSetError) in
        try format.packet(at: start, in: bytes, path)
      }
      guard let packet else { break }
      start = packet.nextByteOffset
      try walk.giveOut(packet, of: recording, in: format, onBlock, body)
    }
    try walk.advance(
      to: byteRange.upperBound, reading: byteRange.upperBound, recording, onBlock)
    try recording.requireWhole()
    recording.release(walk.releasedEnd..<max(walk.releasedEnd, walk.populatedEnd))
    return walk.readNanoseconds
  }

  private mutating func giveOut(
    _ packet: EventPacket, of recording: borrowing RecordingContents,
    in format: any RecordingFormat,
    _ onBlock: (RawSpan) throws(DataSetError) -> Void,
    _ body: Body
  ) throws(DataSetError) {
    guard packet.type == .polarity else {
      try recording.withBytes { bytes throws(DataSetError) in
        try body(
          Piece(packet: packet, eventBytes: packet.eventBytes, isFirst: true),
          PolarityEvents(body: bytes.extracting(first: 0), overflow: 0))
      }
      return
    }
    var start = packet.eventBytes.lowerBound
    while start < packet.eventBytes.upperBound {
      let end = min(
        packet.eventBytes.upperBound, start + Self.pieceEventCount * format.eventByteCount)
      try advance(to: end, reading: start, recording, onBlock)
      let piece = Piece(
        packet: packet, eventBytes: start..<end, isFirst: start == packet.eventBytes.lowerBound)
      try recording.withBytes { bytes throws(DataSetError) in
        let stored = bytes.extracting(start..<end)
        if format.hasCommonForm {
          try body(piece, PolarityEvents(body: stored, overflow: packet.timestampOverflow))
        } else {
          format.transcode(stored, into: &words)
          // Safe: any bytes are valid; the span does not outlive the call.
          try body(
            piece,
            PolarityEvents(body: unsafe words.span.bytes, overflow: packet.timestampOverflow))
        }
      }
      start = end
    }
  }

  /// Brings the recording in up to `end`, and lets go of what lies before `reading`.
  private mutating func advance(
    to end: Int, reading: Int, _ recording: borrowing RecordingContents,
    _ onBlock: (RawSpan) throws(DataSetError) -> Void
  ) throws(DataSetError) {
    while populatedEnd < min(end, recording.byteCount) {
      let clock = ContinuousClock()
      let begin = clock.now
      let block = populatedEnd..<min(recording.byteCount, populatedEnd + Self.blockByteCount)
      try recording.populate(block)
      // The page that is being read stays.
      let releasable = min(reading, populatedEnd) / pageByteCount * pageByteCount
      if releasable > releasedEnd {
        recording.release(releasedEnd..<releasable)
        releasedEnd = releasable
      }
      readNanoseconds += (clock.now - begin).nanoseconds
      try recording.withBytes { bytes throws(DataSetError) in
        try onBlock(bytes.extracting(block))
      }
      populatedEnd = block.upperBound
    }
  }
}

internal import EventData
internal import FileAccess
internal import Threads

/// Iterates over the packets of a recording, keeping only a small part of it in memory.
///
/// Blocks are loaded ahead of the reader and released after it, and large packets are delivered in
/// pieces. Memory use therefore grows neither with the file nor with a packet.
struct PacketWalk: ~Copyable {
  /// Bytes of a block.
  ///
  /// Large enough to make the cost of two system calls per block negligible.
  static let blockByteCount = 1 << 20
  /// Maximum number of events of a piece.
  static let pieceEventCount = 1 << 16

  /// Nanoseconds spent loading and releasing blocks.
  private(set) var readNanoseconds: Int64 = 0

  /// Events of a piece in the common form; used when the format stores them differently.
  private var words: [UInt64] = []

  /// For a format whose packets are decoded.
  private var decoder: (any EventDecoder)?
  /// Exists from the first packet that is decoded.
  private var decodedEvents: EventBuffer?

  private var populatedEnd: Int
  private var releasedEnd: Int

  /// A part of a packet.
  struct Piece {
    let packet: EventPacket
    /// Byte range of the piece's events in the recording.
    let eventBytes: Range<Int>
    /// Whether it is the packet's first piece.
    let isFirst: Bool
    /// Whether its events were decoded; several such pieces may have the same bytes.
    let isDecoded: Bool

    /// Whether it contains polarity events, the only ones that are counted.
    var isPolarity: Bool { packet.type == .polarity }
  }

  /// What a pass finds out besides the events.
  struct Findings {
    /// Nanoseconds spent on reading.
    let readNanoseconds: Int64
    /// Peculiarities that a decoder found, each as the text of a warning.
    let oddities: [String]
    /// The number of packets that are left out, by their source or stream.
    let leftOutCounts: [Int32: Int]
  }

  /// Receives a piece and its polarity events; packets of other types have none.
  typealias Body = (Piece, borrowing PolarityEvents) throws(DataSetError) -> Void

  private init(from byteOffset: Int) {
    populatedEnd = byteOffset
    releasedEnd = byteOffset
  }

  /// Calls `body` with each packet, in pieces.
  ///
  /// - Parameters:
  ///   - byteRange: From the start of a packet to the end of one.
  ///   - recording: The recording.
  ///   - source: The source whose packets are read; `nil` for all.
  ///   - state: What a decoder knew before the first packet; `nil` at the start of the recording.
  ///   - onBlock: Receives each block of the recording once, in order, as it is loaded.
  ///   - body: Receives the pieces; a packet of another type is one piece without events.
  /// - Throws: What the closures throw; ``EventData/DataSetError`` for a defective packet, or when
  ///   the file has shrunk.
  static func run(
    over byteRange: Range<Int>, of recording: borrowing RecordingContents,
    source: Int32?, from state: DecoderState? = nil,
    onBlock: (RawSpan) throws(DataSetError) -> Void,
    _ body: Body
  ) throws(DataSetError) -> Findings {
    var walk = PacketWalk(from: byteRange.lowerBound)
    // Read once, not per packet: both are reference-counted and shared by threads, so each access
    // costs atomic operations.
    let format = recording.format
    let path = recording.path
    walk.decoder = try recording.withBytes { bytes throws(DataSetError) in
      try format.decoder(of: bytes, path)
    }
    if let state { walk.decoder?.state = state }
    var leftOutCounts: [Int32: Int] = [:]
    var start = byteRange.lowerBound
    while start < byteRange.upperBound {
      try walk.advance(
        to: start + format.packetHeaderByteCount, reading: start, recording, onBlock)
      let packet = try recording.withBytes { bytes throws(DataSetError) in
        try format.packet(at: start, in: bytes, path)
      }
      guard let packet else { break }
      start = packet.nextByteOffset
      if packet.isLeftOut || !packet.isOf(source) {
        leftOutCounts[packet.source, default: 0] += 1
        continue
      }
      try walk.deliver(packet, of: recording, in: format, onBlock, body)
    }
    try walk.advance(
      to: byteRange.upperBound, reading: byteRange.upperBound, recording, onBlock)
    try recording.requireWhole()
    recording.release(walk.releasedEnd..<max(walk.releasedEnd, walk.populatedEnd))
    return Findings(
      readNanoseconds: walk.readNanoseconds, oddities: walk.decoder?.oddities ?? [],
      leftOutCounts: leftOutCounts)
  }

  private mutating func deliver(
    _ packet: EventPacket, of recording: borrowing RecordingContents,
    in format: any RecordingFormat,
    _ onBlock: (RawSpan) throws(DataSetError) -> Void,
    _ body: Body
  ) throws(DataSetError) {
    guard packet.type == .polarity else {
      try recording.withBytes { bytes throws(DataSetError) in
        try body(
          Piece(packet: packet, eventBytes: packet.eventBytes, isFirst: true, isDecoded: false),
          PolarityEvents(body: bytes.extracting(first: 0), overflow: 0))
      }
      return
    }
    if decoder != nil {
      try decode(packet, of: recording, onBlock, body)
      return
    }
    var start = packet.eventBytes.lowerBound
    while start < packet.eventBytes.upperBound {
      let end = min(
        packet.eventBytes.upperBound, start + Self.pieceEventCount * format.eventByteCount)
      try advance(to: end, reading: start, recording, onBlock)
      let piece = Piece(
        packet: packet, eventBytes: start..<end, isFirst: start == packet.eventBytes.lowerBound,
        isDecoded: false)
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

  private mutating func decode(
    _ located: EventPacket, of recording: borrowing RecordingContents,
    _ onBlock: (RawSpan) throws(DataSetError) -> Void, _ body: Body
  ) throws(DataSetError) {
    try advance(to: located.eventBytes.upperBound, reading: located.byteOffset, recording, onBlock)
    for column in located.columnBytes { try recording.populate(column) }
    var packet = located
    packet.decoderState = decoder?.state
    let path = recording.path
    var isFirst = true
    func deliver(_ events: borrowing PolarityEvents) throws(DataSetError) {
      let piece = Piece(
        packet: packet, eventBytes: packet.eventBytes, isFirst: isFirst, isDecoded: true)
      isFirst = false
      try body(piece, events)
    }
    // An error ends the walk, and then the buffer need not be put back.
    var events = decodedEvents.take() ?? EventBuffer()
    try recording.withBytes { bytes throws(DataSetError) in
      try decoder?.decode(packet, in: bytes, path, into: &events, deliver)
      try events.flush(deliver)
      // A packet without events counts, too.
      if isFirst { try deliver(PolarityEvents(body: bytes.extracting(first: 0), overflow: 0)) }
    }
    decodedEvents = consume events
    for range in located.columnBytes { recording.release(range) }
    for range in decoder?.readBytes ?? [] { recording.release(range) }
  }

  /// Loads the recording up to `end`, and releases what lies before `reading`.
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

internal import EventData
internal import FileAccess
internal import SystemPackage

/// The last events of a stream, as long as a window needs them.
struct HeldEvents {
  /// Events that arrived together, in the common form.
  private struct Piece {
    let overflow: Int32
    /// Eight bytes for each event.
    let bytes: ArraySlice<UInt8>
    let earliest: Int64
    let latest: Int64
    let arrival: ContinuousClock.Instant
  }

  private var pieces: [Piece] = []
  /// The memory that they take, in bytes.
  private(set) var byteCount = 0

  /// What a piece takes besides its events.
  private static let pieceByteCount = 96

  /// Adds events; their bytes are those of ``PolarityEvents/storedBytes``, or a part of them.
  mutating func append(
    _ bytes: ArraySlice<UInt8>, overflow: Int32, earliest: Int64, latest: Int64,
    arrival: ContinuousClock.Instant
  ) {
    pieces.append(
      Piece(
        overflow: overflow, bytes: bytes, earliest: earliest, latest: latest, arrival: arrival))
    byteCount += bytes.count + Self.pieceByteCount
  }

  /// Forgets events before a time, as far as no later ones arrived together with them.
  mutating func removeAll(before time: Int64) {
    guard pieces.contains(where: { $0.latest < time }) else { return }
    pieces.removeAll { $0.latest < time }
    byteCount = pieces.reduce(0) { $0 + $1.bytes.count + Self.pieceByteCount }
  }

  /// When the last event before a time arrived; `nil` without one.
  func lastArrival(before time: Int64) -> ContinuousClock.Instant? {
    pieces.last { $0.earliest < time }?.arrival
  }

  /// A recording of the events that arrived together with one in a window.
  func recording(of window: Range<Int64>, path: FilePath) -> RecordingContents {
    var bytes: [UInt8] = []
    for piece in pieces
    where piece.earliest < window.upperBound && piece.latest >= window.lowerBound {
      HeldEventFormat.append(piece.bytes, overflow: piece.overflow, to: &bytes)
    }
    return .memory(bytes, path: path, as: HeldEventFormat())
  }
}

/// Events in memory: packets with a header of the upper bits of their times and the size of what
/// follows.
struct HeldEventFormat: RecordingFormat {
  var name: String { "events of a stream" }
  var packetHeaderByteCount: Int { 8 }
  var eventByteCount: Int { 8 }
  var hasCommonForm: Bool { true }

  /// Adds a packet.
  ///
  /// - Parameters:
  ///   - events: Eight bytes for each event, at most 2^31.
  ///   - overflow: Bits 31 and up of their times.
  ///   - bytes: The recording.
  static func append(_ events: ArraySlice<UInt8>, overflow: Int32, to bytes: inout [UInt8]) {
    for value in [overflow, Int32(events.count)] {
      for shift in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: value >> Int32(shift * 8))) }
    }
    bytes.append(contentsOf: events)
  }

  func header(of bytes: RawSpan, _ path: FilePath) throws(DataSetError) -> RecordingHeader {
    RecordingHeader(byteCount: 0)
  }

  func packet(
    at byteOffset: Int, in bytes: RawSpan, _ path: FilePath
  ) throws(DataSetError) -> EventPacket? {
    if byteOffset == bytes.byteCount { return nil }
    let start = byteOffset + packetHeaderByteCount
    let end = start + Int(bytes.littleEndian(Int32.self, at: byteOffset + 4))
    return EventPacket(
      type: .polarity, eventCount: (end - start) / eventByteCount, byteOffset: byteOffset,
      eventBytes: start..<end, nextByteOffset: end,
      timestampOverflow: bytes.littleEndian(Int32.self, at: byteOffset))
  }

  func transcode(_ bytes: RawSpan, into words: inout [UInt64]) {
    preconditionFailure("\(name) have the common form")
  }
}

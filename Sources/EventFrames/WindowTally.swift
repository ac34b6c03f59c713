public import EventData

/// The counted events of a window: their number, times and packets.
public struct WindowTally: Equatable, Sendable {
  /// Number of events in the window and on the sensor; invalid ones are excluded on request.
  public var eventCount: Int { clock.eventCount }

  /// Their times, and where the clock jumps between them.
  public private(set) var clock = ClockStretches()

  /// Byte range of the packets that contain them.
  public private(set) var packetBytes = 0..<0

  /// The source or stream of these packets.
  private(set) var source: Int32?

  /// What a decoder knew before these packets; `nil` unless they are decoded.
  package private(set) var decoderState: DecoderState?

  /// Byte range of consecutive pieces of packets whose events are all in the window, counted and
  /// in time order; there may be other such pieces.
  private var wholeBytes = 0..<0
  private var lastWholePiece = -1

  /// A tally of no events.
  public init() {}

  /// A tally of no events yet, of those in the packets of another.
  init(noEventsOf other: WindowTally) {
    packetBytes = other.packetBytes
    source = other.source
    decoderState = other.decoderState
  }

  /// Adds the events that are in the window and counted.
  ///
  /// - Parameters:
  ///   - events: Events of a packet.
  ///   - packet: The packet; `nil` if the tally knows its packets already.
  ///   - isCounted: Whether an event is in the window and counted.
  @inline(__always)
  mutating func add(
    _ events: borrowing PolarityEvents, of packet: EventPacket?,
    where isCounted: (PolarityEvent) -> Bool
  ) {
    var added = ClockStretches.Run()
    events.forEach(in: 0..<events.count) { event in
      guard isCounted(event) else { return }
      let time = event.timestampMicroseconds
      if added.add(time) { return }
      add(added, of: packet)
      added = ClockStretches.Run()
      _ = added.add(time)
    }
    add(added, of: packet)
  }

  /// Adds events that are all in the window and counted.
  mutating func add(
    _ events: borrowing PolarityEvents, _ summary: PolaritySummary, of packet: EventPacket
  ) {
    guard summary.eventCount > 0 else { return }
    noteBytes(of: packet)
    clock.add(events, summary)
  }

  /// Notes that all events of a piece are in the window, counted and in time order.
  ///
  /// - Parameters:
  ///   - bytes: The piece's byte range in the recording.
  ///   - number: Its number among the recording's pieces with polarity events.
  mutating func noteWhole(_ bytes: Range<Int>, number: Int) {
    if wholeBytes.isEmpty {
      wholeBytes = bytes
    } else if number == lastWholePiece + 1 {
      wholeBytes = wholeBytes.lowerBound..<bytes.upperBound
    } else {
      return
    }
    lastWholePiece = number
  }

  /// Whether all events of a piece are known to be in the window, counted and in time order.
  func isWhole(_ pieceBytes: Range<Int>) -> Bool {
    wholeBytes.lowerBound <= pieceBytes.lowerBound && pieceBytes.upperBound <= wholeBytes.upperBound
  }

  private mutating func add(_ run: ClockStretches.Run, of packet: EventPacket?) {
    guard run.eventCount > 0 else { return }
    if let packet { noteBytes(of: packet) }
    clock.add(run)
  }

  private mutating func noteBytes(of packet: EventPacket) {
    if eventCount == 0 {
      source = packet.source
      decoderState = packet.decoderState
    }
    let start = eventCount == 0 ? packet.byteOffset : packetBytes.lowerBound
    packetBytes = start..<packet.nextByteOffset
  }
}

internal import EventData
internal import FileAccess
internal import SystemPackage

/// EVT 3.0: words of 16 bits, each of which changes a part of the state, or is one or up to 12
/// events of a row.
struct EVT3Decoder: EventDecoder {
  /// The time, and in the bits what ``Position`` is made of.
  var state = DecoderState(bits: Position().bits)
  private var found = EVTOddities()

  var oddities: [String] { found.texts(wordByteCount: 2) }

  /// The state besides the time.
  private struct Position {
    /// The row.
    var y: UInt32 = 0
    /// The column of the next vector's first pixel.
    var x: UInt32 = 0
    /// The polarity of vectors.
    var polarity: UInt32 = 0
    /// Whether the row was of brightness changes, rather than of another type of event.
    var isContrast = true

    /// A vector never starts beyond this column, so that a column fits 15 bits.
    static let maximumColumn: UInt32 = 0x7000

    init() {}

    init(bits: UInt64) {
      y = UInt32(bits & 0x7FF)
      polarity = UInt32(bits >> 11 & 1)
      isContrast = bits >> 12 & 1 == 1
      x = min(UInt32(bits >> 16 & 0x7FFF), Self.maximumColumn)
    }

    var bits: UInt64 {
      UInt64(y) | UInt64(polarity) << 11 | (isContrast ? 1 << 12 : 0) | UInt64(x) << 16
    }
  }

  mutating func decode(
    _ packet: EventPacket, in bytes: RawSpan, _ path: FilePath, into events: inout EventBuffer,
    _ body: EventBuffer.Body
  ) throws(DataSetError) {
    let end = packet.wordsEnd(wordByteCount: 2)
    found.cutByteCount += packet.eventBytes.upperBound - end
    var time = state.microseconds
    var position = Position(bits: state.bits)
    var eventsEnd = events.end
    defer {
      state = DecoderState(microseconds: time, bits: position.bits)
      events.end = eventsEnd
    }
    var byteOffset = packet.eventBytes.lowerBound
    while byteOffset < end {
      let word = UInt32(bytes.littleEndian(UInt16.self, at: byteOffset))
      byteOffset &+= 2
      switch word >> 12 {
      case 0x0:
        position.y = word & 0x7FF
        position.isContrast = true
      case 0x2:
        guard time >= 0, position.isContrast else {
          noteLeftOut(eventCount: 1, isContrast: position.isContrast)
          continue
        }
        try events.append(
          data: PolarityEvent.data(x: word & 0x7FF, y: position.y, polarity: word >> 11),
          microseconds: time, at: &eventsEnd, body)
      case 0x3:
        position.x = word & 0x7FF
        position.polarity = word >> 11 & 1
      case 0x4, 0x5:
        // Twelve pixels, or eight.
        let isLong = word >> 12 == 0x4
        var pixels = isLong ? word & 0xFFF : word & 0xFF
        let first = PolarityEvent.data(
          x: position.x, y: position.y, polarity: position.polarity)
        position.x = min(position.x &+ (isLong ? 12 : 8), Position.maximumColumn)
        guard time >= 0, position.isContrast else {
          noteLeftOut(eventCount: pixels.nonzeroBitCount, isContrast: position.isContrast)
          continue
        }
        while pixels != 0 {
          try events.append(
            data: first &+ UInt32(pixels.trailingZeroBitCount) << 17, microseconds: time,
            at: &eventsEnd, body)
          pixels &= pixels &- 1
        }
      case 0x6:
        // Without upper bits before, the time is not known.
        if time >= 0 { time = time & ~0xFFF | Int64(word & 0xFFF) }
      case 0x8:
        // The lower bits follow in a word of their own, unless only these are repeated.
        let base = time < 0 ? -1 : time & ~0xFFF
        let next = WrappedTime.time(Int64(word & 0xFFF) << 12, after: base, range: 1 << 24)
        if next != base { time = next }
      // Triggers, and what belongs to no event.
      case 0x7, 0xA, 0xE, 0xF: break
      default:
        if word >> 12 == 0x1 { position.isContrast = false }
        found.unknownCount += 1
      }
    }
  }

  /// Counts the events of a word before the first time, or the word itself if it belongs to events
  /// of another type.
  private mutating func noteLeftOut(eventCount: Int, isContrast: Bool) {
    if isContrast { found.untimedCount += eventCount } else { found.unknownCount += 1 }
  }
}

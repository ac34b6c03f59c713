internal import EventData
internal import FileAccess
internal import SystemPackage

/// EVT 2.1: words of 64 bits; up to 32 events of a row, with 6 bits of their time, or the 28 bits
/// above those.
struct EVT21Decoder: EventDecoder {
  /// The time of the last word with upper bits.
  var state = DecoderState()
  private var found = EVTOddities()
  private let isUpperHalfFirst: Bool

  /// Creates a decoder.
  ///
  /// - Parameter isUpperHalfFirst: Whether the upper half of a word comes first, as from an IMX636.
  init(isUpperHalfFirst: Bool) { self.isUpperHalfFirst = isUpperHalfFirst }

  var oddities: [String] { found.texts(wordByteCount: 8) }

  mutating func decode(
    _ packet: EventPacket, in bytes: RawSpan, _ path: FilePath, into events: inout EventBuffer,
    _ body: EventBuffer.Body
  ) throws(DataSetError) {
    let end = packet.wordsEnd(wordByteCount: 8)
    found.cutByteCount += packet.eventBytes.upperBound - end
    var base = state.microseconds
    var eventsEnd = events.end
    defer {
      state.microseconds = base
      events.end = eventsEnd
    }
    let upperByteOffset = isUpperHalfFirst ? 0 : 4
    var byteOffset = packet.eventBytes.lowerBound
    while byteOffset < end {
      let upper = bytes.littleEndian(UInt32.self, at: byteOffset &+ upperByteOffset)
      let lower = bytes.littleEndian(UInt32.self, at: byteOffset &+ 4 &- upperByteOffset)
      byteOffset &+= 8
      switch upper >> 28 {
      case 0, 1:
        guard base >= 0 else {
          found.untimedCount += lower.nonzeroBitCount
          continue
        }
        let time = base | Int64(upper >> 22 & 0x3F)
        let first = PolarityEvent.data(
          x: upper >> 11 & 0x7FF, y: upper & 0x7FF, polarity: upper >> 28)
        var pixels = lower
        while pixels != 0 {
          try events.append(
            data: first &+ UInt32(pixels.trailingZeroBitCount) << 17, microseconds: time,
            at: &eventsEnd, body)
          pixels &= pixels &- 1
        }
      case 0x8:
        base = WrappedTime.time(Int64(upper & 0xFFF_FFFF) << 6, after: base, range: 1 << 34)
      // Triggers, and what belongs to no event.
      case 0xA, 0xE, 0xF: break
      default: found.unknownCount += 1
      }
    }
  }

  /// Whether the upper half of each word comes first, judged by the types of the first words: a
  /// stream begins with words that tell the time, and in those the lower half is empty.
  static func isUpperHalfFirst(in bytes: RawSpan, from start: Int) -> Bool {
    var votes = 0
    var byteOffset = start
    while byteOffset + 8 <= min(bytes.byteCount, start + EventBlocks.byteCount) {
      let first = bytes.littleEndian(UInt32.self, at: byteOffset)
      let second = bytes.littleEndian(UInt32.self, at: byteOffset + 4)
      if first >> 28 == 0x8 && second == 0 { votes += 1 }
      if second >> 28 == 0x8 && first == 0 { votes -= 1 }
      byteOffset += 8
    }
    return votes > 0
  }
}

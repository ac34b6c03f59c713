internal import EventData
internal import FileAccess
internal import SystemPackage

/// EVT 2.0: words of 32 bits, each an event with 6 bits of its time, or the 28 bits above those.
struct EVT2Decoder: EventDecoder {
  /// The time of the last word with upper bits.
  var state = DecoderState()
  private var found = EVTOddities()

  var oddities: [String] { found.texts(wordByteCount: 4) }

  mutating func decode(
    _ packet: EventPacket, in bytes: RawSpan, _ path: FilePath, into events: inout EventBuffer,
    _ body: EventBuffer.Body
  ) throws(DataSetError) {
    let end = packet.wordsEnd(wordByteCount: 4)
    found.cutByteCount += packet.eventBytes.upperBound - end
    var base = state.microseconds
    var eventsEnd = events.end
    defer {
      state.microseconds = base
      events.end = eventsEnd
    }
    var byteOffset = packet.eventBytes.lowerBound
    while byteOffset < end {
      let word = bytes.littleEndian(UInt32.self, at: byteOffset)
      byteOffset &+= 4
      switch word >> 28 {
      case 0, 1:
        guard base >= 0 else {
          found.untimedCount += 1
          continue
        }
        try events.append(
          data: PolarityEvent.data(x: word >> 11 & 0x7FF, y: word & 0x7FF, polarity: word >> 28),
          microseconds: base | Int64(word >> 22 & 0x3F), at: &eventsEnd, body)
      case 0x8:
        base = WrappedTime.time(Int64(word & 0xFFF_FFFF) << 6, after: base, range: 1 << 34)
      // Triggers, and what belongs to no event.
      case 0xA, 0xE, 0xF: break
      default: found.unknownCount += 1
      }
    }
  }
}

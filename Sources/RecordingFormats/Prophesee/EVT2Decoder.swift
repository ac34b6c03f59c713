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
      let runEnd = min(end, byteOffset + EventBuffer.runCount * 4)
      let run = bytes.extracting(byteOffset..<runEnd)
      byteOffset = runEnd
      if Self.appendRun(run, &base, to: &events, at: &eventsEnd) { continue }
      for index in 0..<run.byteCount / 4 {
        let word = run.littleEndian(UInt32.self, at: index &* 4)
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

  /// A bit for each type of word that is known: events, upper bits of the time, and what belongs to
  /// no event.
  private static let knownTypes: UInt32 = 1 << 0 | 1 << 1 | 1 << 8 | 1 << 0xA | 1 << 0xE | 1 << 0xF

  /// Reads a whole run of known words that all have bits 31 and up of the time before.
  @inline(__always)
  private static func appendRun(
    _ run: RawSpan, _ base: inout Int64, to events: inout EventBuffer,
    at end: inout EventBuffer.End
  ) -> Bool {
    guard run.byteCount == EventBuffer.runCount * 4, base >= 0 else { return false }
    // The word that gave the time its upper bits, with its type.
    let timeWord = 0x8000_0000 | UInt32(truncatingIfNeeded: base >> 6) & 0xFFF_FFFF
    var lowerBits = UInt32(truncatingIfNeeded: base)
    let isAdded = events.appendRun(overflow: base >> 31, at: &end) { index in
      // Safe: the guard has checked that the run has all its words.
      let word = unsafe run.littleEndian(UInt32.self, atUnchecked: index &* 4)
      let type = word >> 28
      let isTime = type == 8
      lowerBits = isTime ? word << 6 : lowerBits
      // Times with the same bits 31 to 33 are less than half of the range apart: none has wrapped
      // around.
      return EventBuffer.RunWord(
        data: PolarityEvent.data(x: word >> 11 & 0x7FF, y: word & 0x7FF, polarity: type),
        lowerBits: lowerBits | word >> 22 & 0x3F, isEvent: type <= 1,
        unusualBits: UInt64(isTime ? (word ^ timeWord) >> 25 : ~(knownTypes >> type) & 1))
    }
    if isAdded { base = base & ~0xFFFF_FFFF | Int64(lowerBits) }
    return isAdded
  }
}

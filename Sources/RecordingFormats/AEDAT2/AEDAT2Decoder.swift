internal import EventData
internal import FileAccess
internal import SystemPackage

/// Events of an address and a time, 32 bits each.
struct AEDAT2Decoder: EventDecoder {
  /// The time of the last event.
  var state = DecoderState()
  private let addresses: AEDAT2Address
  private var specialCount = 0
  private var sampleCount = 0
  private var cutByteCount = 0

  /// Creates a decoder.
  init(addresses: AEDAT2Address) { self.addresses = addresses }

  var oddities: [String] {
    var texts: [String] = []
    if specialCount > 0 {
      texts.append("\(eventsText(specialCount, "is a signal", "are signals")), not counted")
    }
    return texts + [cutText(cutByteCount, ofWordsOf: 8)].compactMap(\.self)
  }

  mutating func decode(
    _ packet: EventPacket, in bytes: RawSpan, _ path: FilePath, into events: inout EventBuffer,
    _ body: EventBuffer.Body
  ) throws(DataSetError) {
    let end = packet.wordsEnd(wordByteCount: 8)
    cutByteCount += packet.eventBytes.upperBound - end
    let addresses = addresses
    var time = state.microseconds
    var eventsEnd = events.end
    defer {
      state.microseconds = time
      events.end = eventsEnd
    }
    var byteOffset = packet.eventBytes.lowerBound
    while byteOffset < end {
      let address = bytes.littleEndian(UInt32.self, at: byteOffset).byteSwapped
      let lowerBits = bytes.littleEndian(UInt32.self, at: byteOffset &+ 4).byteSwapped
      byteOffset &+= 8
      switch addresses.meaning(of: address) {
      case .polarity(let data):
        time = WrappedTime.time(Int64(lowerBits), after: time, range: 1 << 32)
        try events.append(data: data, microseconds: time, at: &eventsEnd, body)
      case .special: specialCount += 1
      case .sample: sampleCount += 1
      }
    }
  }
}

internal import EventData
internal import FileAccess
internal import SystemPackage

/// Events of an address and a time, 32 bits each.
struct AEDAT2Decoder: EventDecoder {
  /// The time of the last event.
  var state = DecoderState()
  private let addresses: AEDAT2Address
  private var specialCount = 0
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
    let end = packet.wordsEnd(wordByteCount: AddressEvents.eventByteCount)
    cutByteCount += packet.eventBytes.upperBound - end
    let addresses = addresses
    var specialCount = 0
    defer { self.specialCount += specialCount }
    try AddressEvents.decode(
      bytes.extracting(packet.eventBytes.lowerBound..<end), order: .addressBigEndian,
      time: &state.microseconds, into: &events, meaning: addresses.meaning,
      onOther: { address in if !addresses.isSample(address) { specialCount += 1 } }, body)
  }
}

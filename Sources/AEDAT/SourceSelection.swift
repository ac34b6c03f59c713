internal import EventData

/// Chooses the source that is read of a recording with packets of several.
///
/// It is one with polarity events at the start of the recording: of those that are known cameras
/// the one with the lowest number; without any, of those that the header names; else of all. The
/// start is the first 100 packets of polarity events, as far as they begin in the first 1 MiB, so
/// that a stream need not be held for longer. If none of these is of polarity events, all sources
/// of the first 1 MiB count.
struct SourceSelection {
  /// The number of packets of polarity events that decide: some tenths of a second of two cameras
  /// whose packets cover 10 ms each, as cAER writes them.
  static let packetCount = 100
  /// The bytes in which these packets begin.
  static let byteCount = 1 << 20

  /// The source's number; `nil` if there are no packets.
  let chosen: Int16?

  /// The name of that source, if the header has it; without packets, the names of all sources.
  let sourceNames: [String]

  /// Whether more bytes of the recording would not change the choice.
  let isFinal: Bool

  /// Chooses a source.
  ///
  /// - Parameters:
  ///   - header: The text header.
  ///   - bytes: The file from its start, or what has arrived of it.
  init(of header: TextHeader, in bytes: RawSpan) {
    let named = header.sources.compactMap { source in source.number.map { ($0, source.name) } }
    let names = Dictionary(named, uniquingKeysWith: { first, _ in first })
    func precedes(_ left: Int16, _ right: Int16) -> Bool {
      (Self.rank(names[left]), left) < (Self.rank(names[right]), right)
    }
    // No other source can take its precedence.
    let first = names.keys.min(by: precedes)

    let limit = min(bytes.byteCount, Self.byteCount)
    var isFinal = bytes.byteCount >= Self.byteCount
    // Whether each source has polarity events.
    var found: [Int16: Bool] = [:]
    var polarityPacketCount = 0
    var byteOffset = header.byteCount
    while byteOffset <= limit - PacketHeader.byteCount {
      guard let packet = PacketHeader(validIn: bytes, at: byteOffset) else {
        isFinal = true
        break
      }
      let isPolarity = packet.eventType == EventType.polarity.rawValue
      if isPolarity { polarityPacketCount += 1 }
      found[packet.eventSource] = found[packet.eventSource] == true || isPolarity
      if polarityPacketCount == Self.packetCount || first.map({ found[$0] == true }) ?? false {
        isFinal = true
        break
      }
      // No overflow: all factors are positive and under 2^31.
      let bodyByteOffset = byteOffset + PacketHeader.byteCount
      let numberEnd = bodyByteOffset + Int(packet.eventByteCount) * Int(packet.eventNumber)
      let capacityEnd = bodyByteOffset + Int(packet.eventByteCount) * Int(packet.eventCapacity)
      byteOffset = numberEnd
      // As in ``PacketCursor``: padding follows if no packet does. What does is known if its header
      // has arrived; if it lies behind the limit, it does not matter.
      if capacityEnd != numberEnd, numberEnd <= limit - PacketHeader.byteCount,
        !PacketHeader.isPlausible(in: bytes, at: numberEnd)
      {
        byteOffset = capacityEnd
      }
    }
    let sources =
      found.values.contains(true) ? Array(found.filter(\.value).keys) : Array(found.keys)
    chosen = sources.min(by: precedes)
    self.isFinal = isFinal
    if let chosen {
      let other = header.sources.count == 1 ? header.sources[0] : nil
      // A single line whose number no packet has describes the source that packets do have.
      let isUnused = other.map { $0.number.map { found[$0] == nil } ?? true } ?? false
      sourceNames = (names[chosen] ?? (isUnused ? other?.name : nil)).map { [$0] } ?? []
    } else {
      sourceNames = header.sources.map(\.name)
    }
  }

  /// Which sources take precedence, by their name in the header.
  private static func rank(_ name: String?) -> Int {
    guard let name else { return 2 }
    return FrameShape(ofCamera: name) == nil ? 1 : 0
  }
}

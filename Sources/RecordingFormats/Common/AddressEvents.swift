internal import EventData
internal import FileAccess

/// Decodes events of a time and an address, 32 bits each.
enum AddressEvents {
  static let eventByteCount = 8

  /// In which order the bytes of an event are stored.
  enum Order {
    /// The time, then the address, each with its lowest byte first.
    case timeLittleEndian
    /// The address, then the time, each with its highest byte first.
    case addressBigEndian
  }

  /// What an address stands for.
  struct Meaning {
    /// The event, as in ``PolarityEvent/data``.
    let data: UInt32
    /// Nonzero unless it is a brightness change.
    let unusualBits: UInt32
  }

  /// Reads events, run by run.
  ///
  /// - Parameters:
  ///   - stored: Whole events.
  ///   - order: The order of their bytes.
  ///   - time: The time of the event before, negative if there is none; becomes that of the last.
  ///   - events: Where brightness changes go.
  ///   - meaning: Reads an address.
  ///   - onOther: Receives the address of what is not a brightness change. Its time does not count.
  ///   - body: Receives the events that `events` has no room for.
  @inline(__always)
  static func decode(
    _ stored: RawSpan, order: Order, time: inout Int64, into events: inout EventBuffer,
    meaning: (UInt32) -> Meaning, onOther: (UInt32) -> Void, _ body: EventBuffer.Body
  ) throws(DataSetError) {
    var latest = time
    var end = events.end
    defer {
      time = latest
      events.end = end
    }
    var byteOffset = 0
    while byteOffset < stored.byteCount {
      let runEnd = min(stored.byteCount, byteOffset + EventBuffer.runCount * eventByteCount)
      let run = stored.extracting(byteOffset..<runEnd)
      byteOffset = runEnd
      if appendRun(run, order, &latest, to: &events, at: &end, meaning) { continue }
      for index in 0..<run.byteCount / eventByteCount {
        let (lowerBits, address) = parts(
          of: run.littleEndian(UInt64.self, at: index &* eventByteCount), order)
        let meaning = meaning(address)
        if meaning.unusualBits != 0 {
          onOther(address)
          continue
        }
        latest = WrappedTime.time(Int64(lowerBits), after: latest, range: 1 << 32)
        try events.append(data: meaning.data, microseconds: latest, at: &end, body)
      }
    }
  }

  /// Adds a whole run of brightness changes that all have the upper bits of the time before.
  @inline(__always)
  private static func appendRun(
    _ run: RawSpan, _ order: Order, _ time: inout Int64, to events: inout EventBuffer,
    at end: inout EventBuffer.End, _ meaning: (UInt32) -> Meaning
  ) -> Bool {
    guard run.byteCount == EventBuffer.runCount * eventByteCount, time >= 0 else { return false }
    let previous = UInt32(truncatingIfNeeded: time)
    var last: UInt32 = 0
    let isAdded = events.appendRun(overflow: time >> 31, at: &end) { index in
      // Safe: the guard has checked that the run has all its events.
      let (lowerBits, address) = unsafe parts(
        of: run.littleEndian(UInt64.self, atUnchecked: index &* eventByteCount), order)
      let meaning = meaning(address)
      last = lowerBits
      // Times with the same bit 31 are less than half of the range apart: none has wrapped around.
      return EventBuffer.RunWord(
        data: meaning.data, lowerBits: lowerBits,
        unusualBits: UInt64(meaning.unusualBits | (lowerBits ^ previous) >> 31))
    }
    if isAdded { time = time & ~0xFFFF_FFFF | Int64(last) }
    return isAdded
  }

  @inline(__always)
  private static func parts(of word: UInt64, _ order: Order) -> (lowerBits: UInt32, UInt32) {
    let ordered =
      switch order {
      case .timeLittleEndian: word
      case .addressBigEndian: word.byteSwapped
      }
    return (UInt32(truncatingIfNeeded: ordered), UInt32(truncatingIfNeeded: ordered >> 32))
  }
}

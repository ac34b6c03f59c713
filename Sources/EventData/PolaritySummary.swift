/// What one look at all events of a packet tells.
///
/// It lets readers take most packets whole: where nothing is invalid or outside and the times are
/// in order, the first and the last event say all that a window needs to know.
public struct PolaritySummary: Equatable, Sendable {
  /// Events in the packet.
  public var eventCount = 0
  /// Of these, how many are ON.
  public var onCount = 0
  /// Of these, how many the recorder marked as invalid.
  public var invalidCount = 0
  /// Of these, how many lie outside the sensor.
  public var outsideCount = 0
  /// How often an event is earlier than the one before it.
  public var backwardCount = 0
  /// Time of the first event; 0 where there is none.
  public var firstMicroseconds: Int64 = 0
  /// Time of the last event.
  public var lastMicroseconds: Int64 = 0
  /// Time of the earliest event.
  public var earliestMicroseconds: Int64 = 0
  /// Time of the latest event.
  public var latestMicroseconds: Int64 = 0
}

extension PolarityEvents {
  /// Looks at every event once.
  ///
  /// - Parameter shape: The sensor on which the events should lie.
  /// - Complexity: O(n), a few instructions an event on conforming packets; allocates nothing.
  public func summarized(on shape: FrameShape) -> PolaritySummary {
    var summary = PolaritySummary()
    guard count > 0 else { return summary }
    // One branch-free pass, which the compiler turns into vector code: bits that are set anywhere,
    // bits that are set everywhere, and the sign of any step back in time.
    var anySet: UInt64 = 0
    var allSet = ~UInt64(0)
    var onCount: UInt64 = 0
    var stepSigns: UInt64 = 0
    var previousTimestamp = body.polarityWord(unchecked: 0) >> 32
    var index = 0
    while index < count {
      let word = body.polarityWord(unchecked: index)
      anySet |= word
      allSet &= word
      onCount &+= word >> 1 & 1
      stepSigns |= (word >> 32) &- previousTimestamp
      previousTimestamp = word >> 32
      index &+= 1
    }
    summary.eventCount = count
    summary.onCount = Int(onCount)
    summary.firstMicroseconds = event(unchecked: 0).timestampMicroseconds
    summary.lastMicroseconds = event(unchecked: count - 1).timestampMicroseconds
    if allSet & 1 == 0 {
      summary.invalidCount = counting { !$0.isValid }
    }
    if !shape.containsAll(setBits: UInt32(truncatingIfNeeded: anySet)) {
      summary.outsideCount = counting { !shape.contains($0) }
    }
    // A timestamp with bit 31 set shares that bit with the overflow, so its order is not the
    // time's.
    if stepSigns >> 63 != 0 || anySet >> 63 != 0 {
      noteOrder(in: &summary)
    } else {
      summary.earliestMicroseconds = summary.firstMicroseconds
      summary.latestMicroseconds = summary.lastMicroseconds
    }
    return summary
  }

  private func counting(_ isCounted: (PolarityEvent) -> Bool) -> Int {
    var result = 0
    forEach(in: 0..<count) { if isCounted($0) { result += 1 } }
    return result
  }

  private func noteOrder(in summary: inout PolaritySummary) {
    var earliest = Int64.max
    var latest = Int64.min
    var previous = Int64.min
    var backwardCount = 0
    forEach(in: 0..<count) { event in
      let time = event.timestampMicroseconds
      if time < previous { backwardCount += 1 }
      earliest = min(earliest, time)
      latest = max(latest, time)
      previous = time
    }
    summary.backwardCount = backwardCount
    summary.earliestMicroseconds = earliest
    summary.latestMicroseconds = latest
  }
}

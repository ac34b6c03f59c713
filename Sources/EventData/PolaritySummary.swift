/// Counts and times of a packet's events, from a single pass over them.
///
/// It lets readers process most packets as a whole: when no event is invalid or outside the sensor
/// and the times are in order, the first and last time are all that a window needs.
public struct PolaritySummary: Equatable, Sendable {
  /// Number of events in the packet.
  public var eventCount = 0
  /// Number of ON events.
  public var onCount = 0
  /// Number of events that the recorder marked as invalid.
  public var invalidCount = 0
  /// The bits that are set in the ``PolarityEvent/data`` of any event; so its x and y are at least
  /// as large as each event's.
  public var setBits: UInt32 = 0
  /// Number of events outside the sensor.
  public var outsideCount = 0
  /// Number of events that are earlier than their predecessor.
  public var backwardCount = 0
  /// The largest step back from an event to its successor, in microseconds; 0 without one.
  public var largestStepBack: Int64 = 0
  /// Time of the first event in file order; 0 when there is none.
  public var firstMicroseconds: Int64 = 0
  /// Time of the last event in file order; 0 when there is none.
  public var lastMicroseconds: Int64 = 0
  /// Minimum time; 0 when there are no events.
  public var earliestMicroseconds: Int64 = 0
  /// Maximum time; 0 when there are no events.
  public var latestMicroseconds: Int64 = 0
}

extension PolarityEvents {
  /// Summarizes the events in a single pass.
  ///
  /// - Parameter shape: The sensor that should contain the events.
  /// - Complexity: O(n), a few instructions per event on conforming packets; allocates nothing.
  public func summarized(on shape: FrameShape) -> PolaritySummary {
    var summary = PolaritySummary()
    guard count > 0 else { return summary }
    // One branch-free pass, which the compiler vectorizes: the OR and the AND of all words, and the
    // OR of all time differences, whose sign bit shows any step back in time.
    var anySet: UInt64 = 0
    var allSet = ~UInt64(0)
    var onCount: UInt64 = 0
    var stepSigns: UInt64 = 0
    // Each time is taken from one reading: in a file that is truncated now, it can be 0 in the
    // next.
    let firstTimestamp = body.polarityWord(unchecked: 0) >> 32
    var previousTimestamp = firstTimestamp
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
    summary.firstMicroseconds = Int64(firstTimestamp) | overflowBits
    summary.lastMicroseconds = Int64(previousTimestamp) | overflowBits
    if allSet & 1 == 0 {
      summary.invalidCount = counting { !$0.isValid }
    }
    summary.setBits = UInt32(truncatingIfNeeded: anySet)
    if !shape.containsAll(setBits: summary.setBits) {
      summary.outsideCount = counting { !shape.contains($0) }
    }
    // Bit 31 of a timestamp coincides with bit 0 of the overflow, so with that bit set the order of
    // timestamps may differ from the order of times.
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
    var largestStepBack: Int64 = 0
    forEach(in: 0..<count) { event in
      let time = event.timestampMicroseconds
      if time < previous {
        backwardCount += 1
        largestStepBack = max(largestStepBack, previous - time)
      }
      earliest = min(earliest, time)
      latest = max(latest, time)
      previous = time
    }
    summary.backwardCount = backwardCount
    summary.largestStepBack = largestStepBack
    summary.earliestMicroseconds = earliest
    summary.latestMicroseconds = latest
  }
}

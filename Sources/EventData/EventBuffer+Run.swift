extension EventBuffer {
  /// Number of words of a run.
  @inlinable package static var runCount: Int { 64 }

  /// A word of a run: an event, or a word that changes what is known about the events after it.
  ///
  /// It is calculated without a branch, so that the processor calculates several at once.
  @usableFromInline
  package struct RunWord {
    @usableFromInline let event: UInt64
    @usableFromInline let eventCount: Int
    @usableFromInline let unusualBits: UInt64

    /// - Parameters:
    ///   - data: As in ``PolarityEvent/data``.
    ///   - lowerBits: The event's time, of which bits 0 to 30 count.
    ///   - isEvent: Whether it is an event.
    ///   - unusualBits: Nonzero if the word cannot be read without a branch.
    @inlinable @inline(__always)
    package init(data: UInt32, lowerBits: UInt32, isEvent: Bool = true, unusualBits: UInt64) {
      event = UInt64(lowerBits & 0x7FFF_FFFF) << 32 | UInt64(data)
      eventCount = isEvent ? 1 : 0
      self.unusualBits = unusualBits
    }
  }

  /// Reads ``runCount`` words, and adds their events at an end that the caller has taken from the
  /// buffer.
  ///
  /// - Parameters:
  ///   - overflow: Bits 31 and up of the time of each event.
  ///   - end: The end of the events; moves past them.
  ///   - word: Reads a word by its number in the run; called once for each, in order.
  /// - Returns: `false`, and no event was added, if a word cannot be read without a branch, if
  ///   there is no room, or if the events before have other upper bits of their times: then the
  ///   words are to be read one by one.
  @inlinable @inline(__always)
  package mutating func appendRun(
    overflow: Int64, at end: inout End, _ word: (Int) -> RunWord
  ) -> Bool {
    guard end.count <= Self.capacity - Self.runCount, overflow == end.overflow else { return false }
    var count = end.count
    var unusualBits: UInt64 = 0
    for index in 0..<Self.runCount {
      let word = word(index)
      // Safe: the guard has checked that a run has room. What lies after the end has no meaning.
      unsafe (words + count).initialize(to: word.event)
      count &+= word.eventCount
      unusualBits |= word.unusualBits
    }
    guard unusualBits == 0 else { return false }
    end.count = count
    return true
  }
}

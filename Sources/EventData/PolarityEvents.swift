internal import FileAccess

/// The events of one polarity packet, read in place.
public struct PolarityEvents: ~Escapable {
  @usableFromInline let body: RawSpan
  @usableFromInline let overflowBits: Int64

  /// Number of events, without padding slots.
  public let count: Int

  /// Views the body of a polarity packet.
  ///
  /// - Parameters:
  ///   - body: Eight bytes for each event; a remainder of fewer than eight bytes is ignored.
  ///   - overflow: The packet's `eventTSOverflow`: bits 31 and up of the time.
  @_lifetime(copy body)
  public init(body: RawSpan, overflow: Int32) {
    self.body = body
    overflowBits = Int64(overflow) << 31
    count = body.byteCount / 8
  }

  /// A copy of the bytes of all events, eight for each.
  package var storedBytes: [UInt8] { body.extracting(first: 8 * count).copied() }

  /// Bits 31 and up of the events' times.
  package var overflow: Int32 { Int32(truncatingIfNeeded: overflowBits >> 31) }

  /// Event number `index`, from 0.
  @inlinable
  public subscript(index: Int) -> PolarityEvent {
    precondition(index >= 0 && index < count, "event \(index) of \(count)")
    return event(unchecked: index)
  }

  /// Event number `index`, which the caller has checked to be one of the events.
  @unsafe @inlinable
  package subscript(unchecked index: Int) -> PolarityEvent { event(unchecked: index) }

  @inlinable
  func event(unchecked index: Int) -> PolarityEvent {
    let word = body.polarityWord(unchecked: index)
    return PolarityEvent(
      data: UInt32(truncatingIfNeeded: word),
      timestampMicroseconds: Int64(word >> 32) | overflowBits)
  }

  /// Calls `action` with the events of `range`, in the order of the file.
  ///
  /// - Complexity: O(n); allocates nothing.
  @inlinable
  public func forEach(in range: Range<Int>, _ action: (PolarityEvent) -> Void) {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= count, "events \(range) of \(count)")
    var index = range.lowerBound
    while index < range.upperBound {
      action(event(unchecked: index))
      index &+= 1
    }
  }
}

/// Collects decoded events in the common form, and passes them on when it is full.
///
/// All events of one batch have the same bits 31 and up of their times.
@safe public struct EventBuffer: ~Copyable {
  /// Receives a batch of events, in the order of the file.
  public typealias Body = (borrowing PolarityEvents) throws(DataSetError) -> Void

  // Stored constants would be a call for each event in other modules.

  /// Maximum number of events of a batch.
  @inlinable public static var capacity: Int { 1 << 16 }

  /// Times are below this: the common form has 62 bits for them.
  @inlinable public static var microsecondsLimit: Int64 { 1 << 62 }

  // Of `capacity` words, of which the first `count` are initialized.
  @usableFromInline let words: UnsafeMutablePointer<UInt64>
  @usableFromInline var count = 0
  @usableFromInline var overflow: Int64 = 0

  /// Creates an empty buffer.
  public init() {
    unsafe words = .allocate(capacity: Self.capacity)
  }

  deinit { unsafe words.deallocate() }

  /// Where the next event goes, and bits 31 and up of its time.
  ///
  /// A loop over many events takes it, adds them with `append(data:microseconds:at:_:)`, and gives
  /// it back to the same buffer: so it stays in the processor's registers.
  @usableFromInline
  package struct End: Equatable, Sendable {
    @usableFromInline var count: Int
    @usableFromInline var overflow: Int64

    /// Bits 31 and up of the times of the events so far.
    @inlinable package var upperTimeBits: Int64 { overflow }

    @inlinable
    init(count: Int, overflow: Int64) {
      self.count = count
      self.overflow = overflow
    }
  }

  /// The end of the events.
  @inlinable package var end: End {
    get { End(count: count, overflow: overflow) }
    set {
      count = newValue.count
      overflow = newValue.overflow
    }
  }

  /// Adds an event.
  ///
  /// - Parameters:
  ///   - data: As in ``PolarityEvent/data``.
  ///   - microseconds: Its time, not negative and below ``microsecondsLimit``.
  ///   - body: Receives the events before, if there is no room or the upper bits of the time
  ///     change.
  @inlinable @inline(__always)
  public mutating func append(
    data: UInt32, microseconds: Int64, _ body: Body
  ) throws(DataSetError) {
    var end = end
    defer { self.end = end }
    try append(data: data, microseconds: microseconds, at: &end, body)
  }

  /// Adds an event at an end that the caller has taken from the buffer and will give back, also
  /// after an error.
  ///
  /// - Parameters:
  ///   - data: As in ``PolarityEvent/data``.
  ///   - microseconds: Its time, not negative and below ``microsecondsLimit``.
  ///   - end: The end of the events; moves past the event.
  ///   - body: Receives the events before, if there is no room or the upper bits of the time
  ///     change.
  @inlinable @inline(__always)
  package mutating func append(
    data: UInt32, microseconds: Int64, at end: inout End, _ body: Body
  ) throws(DataSetError) {
    if end.count >= Self.capacity || microseconds >> 31 != end.overflow {
      let events = end
      end = End(count: 0, overflow: microseconds >> 31)
      try flush(events, body)
    }
    // Safe: `count` is below `capacity`.
    unsafe (words + end.count).initialize(
      to: UInt64(microseconds & 0x7FFF_FFFF) << 32 | UInt64(data))
    end.count &+= 1
  }

  @usableFromInline @inline(never)
  mutating func flush(_ end: End, _ body: Body) throws(DataSetError) {
    self.end = end
    try flush(body)
  }

  /// Passes on the events that are left.
  @usableFromInline
  package mutating func flush(_ body: Body) throws(DataSetError) {
    guard count > 0 else { return }
    defer { count = 0 }
    precondition((0..<Self.microsecondsLimit >> 31).contains(overflow), "time \(overflow) · 2^31")
    // Safe: the first `count` words are initialized, and stay so during the call.
    let filled = unsafe UnsafeRawBufferPointer(start: words, count: count * 8)
    try body(PolarityEvents(body: unsafe filled.bytes, overflow: Int32(overflow)))
  }
}

extension PolarityEvent {
  /// The data of a valid event.
  ///
  /// - Parameters:
  ///   - x: Column, of which 15 bits count.
  ///   - y: Row, of which 15 bits count.
  ///   - polarity: 1 for ON, 0 for OFF.
  @inlinable @inline(__always)
  public static func data(x: UInt32, y: UInt32, polarity: UInt32) -> UInt32 {
    (x & 0x7FFF) << 17 | (y & 0x7FFF) << 2 | (polarity & 1) << 1 | 1
  }
}

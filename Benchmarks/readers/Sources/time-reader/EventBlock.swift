import EventData

/// Events of a piece of a recording, each value in memory of its own.
///
/// A piece has at most 65 536 events; the next overwrites them.
struct EventBlock: ~Copyable {
  private let t: UnsafeMutableBufferPointer<Int64> = .allocate(capacity: EventBuffer.capacity)
  private let x: UnsafeMutableBufferPointer<UInt16> = .allocate(capacity: EventBuffer.capacity)
  private let y: UnsafeMutableBufferPointer<UInt16> = .allocate(capacity: EventBuffer.capacity)
  private let p: UnsafeMutableBufferPointer<UInt8> = .allocate(capacity: EventBuffer.capacity)
  /// The number of events.
  private(set) var count = 0

  /// An empty block.
  init() {
    t.initialize(repeating: 0)
    x.initialize(repeating: 0)
    y.initialize(repeating: 0)
    p.initialize(repeating: 0)
  }

  deinit {
    t.deallocate()
    x.deallocate()
    y.deallocate()
    p.deallocate()
  }

  /// Replaces the events.
  mutating func fill(_ events: borrowing PolarityEvents) {
    precondition(events.count <= EventBuffer.capacity, "\(events.count) events")
    guard let t = t.baseAddress, let x = x.baseAddress, let y = y.baseAddress,
      let p = p.baseAddress
    else { return }
    var index = 0
    events.forEach(in: 0..<events.count) { event in
      t[index] = event.timestampMicroseconds
      x[index] = UInt16(truncatingIfNeeded: event.x)
      y[index] = UInt16(truncatingIfNeeded: event.y)
      p[index] = event.isOn ? 1 : 0
      index &+= 1
    }
    count = events.count
  }

  /// Calls `body` with the values of each event.
  func forEachEvent(_ body: (Int64, UInt16, UInt16, UInt8) -> Void) {
    for index in 0..<count { body(t[index], x[index], y[index], p[index]) }
  }
}

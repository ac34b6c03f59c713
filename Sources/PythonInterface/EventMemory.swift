internal import CDVSKit
internal import EventData

/// The polarity events of a recording as the C interface has them, one after another.
@safe struct EventMemory: ~Copyable {
  private static let eventByteCount = MemoryLayout<dvskit_event>.stride

  /// The number of events.
  private(set) var count = 0

  private var memory: GrowingMemory

  /// Takes memory.
  ///
  /// - Parameter count: A guess of the number of events.
  /// - Returns: `nil` if the system gives none.
  init?(forAbout count: Int) {
    guard let memory = GrowingMemory(byteCount: count * Self.eventByteCount) else { return nil }
    self.memory = memory
  }

  /// Adds events.
  ///
  /// - Returns: Whether the system gave memory for them; otherwise, none is added.
  mutating func append(_ events: borrowing PolarityEvents) -> Bool {
    guard memory.grow(to: (count + events.count) * Self.eventByteCount) else { return false }
    // Safe: there is room for all of them, and the memory's start is aligned to a cache line.
    let start = unsafe (memory.start + count * Self.eventByteCount).bindMemory(
      to: UInt64.self, capacity: 2 * events.count)
    // Two words for each, so that the compiler vectorizes the loop; integers are little-endian on
    // all processors that Swift has on Linux.
    var index = 0
    while index < events.count {
      // Safe: the index is below the count.
      let event = unsafe events[unchecked: index]
      let data = UInt64(event.data)
      let fields = data >> 17 | (data & 0x1FFFC) << 14 | (data & 2) << 31
      unsafe start[2 &* index] = UInt64(bitPattern: event.timestampMicroseconds)
      unsafe start[2 &* index &+ 1] = fields
      index &+= 1
    }
    count += events.count
    return true
  }

  /// The number of events outside a sensor, valid or not.
  func count(outside sensor: FrameShape) -> Int {
    // Safe: the first `count` events were written.
    let events = unsafe UnsafeBufferPointer(
      start: memory.start.assumingMemoryBound(to: dvskit_event.self), count: count)
    var result = 0
    for index in 0..<count {
      let event = unsafe events[index]
      if Int(event.x) >= sensor.width || Int(event.y) >= sensor.height { result += 1 }
    }
    return result
  }

  /// Hands the events over to someone who frees them by `dvskit_free_events`.
  consuming func handedOver() -> UnsafeMutablePointer<dvskit_event> {
    let byteCount = count * Self.eventByteCount
    // Safe: these bytes are events.
    return unsafe memory.handedOver(byteCount: byteCount).assumingMemoryBound(
      to: dvskit_event.self)
  }
}

import EventData
import SystemPackage
import Testing

@Suite("The buffer of decoded events")
struct EventBufferTests {
  /// A batch of events, as it is passed on.
  private typealias Batch = [PolarityEvent]

  private static func events(_ events: borrowing PolarityEvents) -> Batch {
    (0..<events.count).map { events[$0] }
  }

  /// Adds events, one by one or at an end that is kept; returns the batches.
  private func batches(_ events: [PolarityEvent], keepsEnd: Bool) throws(DataSetError) -> [Batch] {
    var batches: [Batch] = []
    var buffer = EventBuffer()
    func add(_ events: borrowing PolarityEvents) { batches.append(Self.events(events)) }
    if keepsEnd {
      var end = buffer.end
      defer { buffer.end = end }
      for event in events {
        try buffer.append(
          data: event.data, microseconds: event.timestampMicroseconds, at: &end, add)
      }
    } else {
      for event in events {
        try buffer.append(data: event.data, microseconds: event.timestampMicroseconds, add)
      }
    }
    try buffer.flush(add)
    return batches
  }

  private func event(_ number: Int, at microseconds: Int64) -> PolarityEvent {
    PolarityEvent(
      x: number % 0x8000, y: number / 7 % 0x8000, isOn: number % 3 == 0,
      timestampMicroseconds: microseconds)
  }

  @Test("gives back all events, in batches that are full or have the same upper bits of time")
  func batches() throws {
    let turn: Int64 = 1 << 31
    let times: [Int64] = [0, turn - 1, turn, turn + 1, 5, EventBuffer.microsecondsLimit - 1, 0]
    let few = times.enumerated().map { event($0, at: $1) }
    #expect(
      try batches(few, keepsEnd: true)
        == [[0, 1], [2, 3], [4], [5], [6]].map { $0.map { few[$0] } })
    let capacity = EventBuffer.capacity
    for counts in [[], [1], [capacity - 1], [capacity], [capacity, 1], [capacity, capacity, 7]] {
      let many = (0..<counts.reduce(0, +)).map { event($0, at: Int64($0)) }
      let batches = try batches(many, keepsEnd: true)
      #expect(batches.flatMap(\.self) == many)
      #expect(batches.map(\.count) == counts)
    }
  }

  @Test("passes on the same batches, whether its end is kept or not")
  func ends() throws {
    let many = (0..<200_000).map { number in
      event(number, at: number % 70_001 % 97 == 13 ? 1 << 40 : Int64(number))
    }
    let expected = try batches(many, keepsEnd: false)
    #expect(try batches(many, keepsEnd: true) == expected)
    #expect(expected.flatMap(\.self) == many)
  }

  @Test("passes on no event twice, after an error")
  func errors() {
    let failure = DataSetError("a", .whole, "a failure")
    var buffer = EventBuffer()
    var counts: [Int] = []
    func fail(_ events: borrowing PolarityEvents) throws(DataSetError) {
      counts.append(events.count)
      throw failure
    }
    func add() throws(DataSetError) {
      var end = buffer.end
      defer { buffer.end = end }
      for number in 0..<3 {
        let time = number < 2 ? 0 : Int64(1 << 31)
        try buffer.append(data: 1, microseconds: time, at: &end, fail)
      }
    }
    #expect(throws: DataSetError.self) { try add() }
    #expect(counts == [2])
    #expect(throws: Never.self) { try buffer.flush(fail) }
    #expect(counts == [2])
  }

  @Test("adds a run as a whole or not at all")
  func runs() throws {
    /// What a buffer with a number of events at time 0 contains after a run.
    func run(
      after count: Int, overflow: Int64 = 0, skipping skipped: Int? = nil, exceptionAt: Int? = nil
    ) throws(DataSetError) -> (isAdded: Bool, events: [PolarityEvent]) {
      var events: [PolarityEvent] = []
      func add(_ piece: borrowing PolarityEvents) { events += Self.events(piece) }
      var buffer = EventBuffer()
      var end = buffer.end
      for number in 0..<count {
        try buffer.append(data: event(number, at: 0).data, microseconds: 0, at: &end, add)
      }
      let isAdded = buffer.appendRun(overflow: overflow, at: &end) { index in
        EventBuffer.RunWord(
          data: event(index, at: 0).data, lowerBits: 1 << 31 | UInt32(index),
          isEvent: index != skipped, unusualBits: index == exceptionAt ? 1 << 40 : 0)
      }
      buffer.end = end
      try buffer.flush(add)
      return (isAdded, events)
    }
    let indices = 0..<EventBuffer.runCount
    let added = indices.map { event($0, at: Int64($0)) }
    #expect(try run(after: 0).events == added)
    #expect(try run(after: 2).events == [event(0, at: 0), event(1, at: 0)] + added)
    let room = EventBuffer.capacity - EventBuffer.runCount
    #expect(try run(after: room).events.suffix(EventBuffer.runCount) == added)
    #expect(try !run(after: room + 1).isAdded)
    #expect(try run(after: room + 1).events.count == room + 1)
    #expect(try !run(after: 1, overflow: 1).isAdded)
    for index in indices {
      #expect(try run(after: 1, skipping: index).events.count == EventBuffer.runCount)
      #expect(try run(after: 0, skipping: index).events == added.filter { $0 != added[index] })
      let refused = try run(after: 1, exceptionAt: index)
      #expect(!refused.isAdded && refused.events == [event(0, at: 0)])
    }
  }
}

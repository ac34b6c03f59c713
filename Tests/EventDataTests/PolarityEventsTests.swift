import EventData
import Support
import Testing

@Suite struct PolarityEventsTests {
  static func body(_ words: [(data: UInt32, timestamp: UInt32)]) -> [UInt8] {
    words.flatMap { littleEndianBytes($0.data) + littleEndianBytes($0.timestamp) }
  }

  func events(_ body: [UInt8], overflow: Int32 = 0) -> [PolarityEvent] {
    body.withRawSpan { span in
      let events = PolarityEvents(body: span, overflow: overflow)
      return (0..<events.count).map { events[$0] }
    }
  }

  @Test("bit 0 is valid, bit 1 ON, bits 2 to 16 y, bits 17 to 31 x", arguments: 0..<32)
  func bits(_ bit: Int) {
    let event = events(Self.body([(1 << UInt32(bit), 0)]))[0]
    #expect(event.isValid == (bit == 0))
    #expect(event.isOn == (bit == 1))
    #expect(event.y == (2...16 ~= bit ? 1 << (bit - 2) : 0))
    #expect(event.x == (bit >= 17 ? 1 << (bit - 17) : 0))
  }

  @Test("fields at 0 and at their limits survive a round trip")
  func limits() {
    for x in [0, 1, 127, 128, 32_767] {
      for y in [0, 1, 127, 128, 32_767] {
        for isOn in [false, true] {
          let event = PolarityEvent(x: x, y: y, isOn: isOn, timestampMicroseconds: 5)
          let read = events(Self.body([(event.data, 5)]))[0]
          #expect(read == event)
          #expect(read.x == x && read.y == y && read.isOn == isOn && read.isValid)
          #expect(FrameShape.dvs128.contains(read) == (x < 128 && y < 128))
        }
      }
    }
  }

  @Test(
    "each pixel and polarity has its own cell, in order of channel, row and column",
    arguments: [(128, 128), (34, 34), (40, 24), (1280, 720), (1, 1)])
  func cells(width: Int, height: Int) {
    let shape = FrameShape(width: width, height: height)
    var cell = 0
    for channel in 0..<FrameShape.channelCount {
      for y in 0..<height {
        for x in 0..<width {
          for isValid in [true, false] {
            var event = PolarityEvent(x: x, y: y, isOn: channel == 1, timestampMicroseconds: 0)
            if !isValid { event.data &= ~1 }
            if shape.cell(of: event) != cell || !shape.contains(event) {
              Issue.record("x \(x), y \(y), channel \(channel): cell \(shape.cell(of: event))")
            }
          }
          cell += 1
        }
      }
    }
    #expect(cell == shape.cellCount)
    for (x, y) in [(width, 0), (0, height), (width, height), (32_767, 0), (0, 32_767)] {
      let outside = PolarityEvent(x: x, y: y, isOn: true, timestampMicroseconds: 0)
      #expect(!shape.contains(outside))
    }
  }

  @Test("the overflow is bits 31 and up of the time, to 2^62 - 1")
  func overflow() {
    let cases: [(overflow: Int32, timestamp: UInt32, expected: Int64)] = [
      (0, 0, 0), (0, 0x7FFF_FFFF, 0x7FFF_FFFF), (1, 0, 1 << 31), (1, 5, 1 << 31 | 5),
      (2, 0, 1 << 32), (.max, 0x7FFF_FFFF, 1 << 62 - 1), (.max, 0, (1 << 31 - 1) << 31),
      // Bit 31 of the timestamp coincides with bit 0 of the overflow.
      (0, 0x8000_0000, 1 << 31), (1, 0x8000_0000, 1 << 31), (2, 0xFFFF_FFFF, 1 << 33 - 1),
      (.max, 0xFFFF_FFFF, 1 << 62 - 1),
    ]
    for (overflow, timestamp, expected) in cases {
      let event = events(Self.body([(0, timestamp)]), overflow: overflow)[0]
      #expect(event.timestampMicroseconds == expected, "\(overflow), \(timestamp)")
    }
  }

  @Test("a remainder of fewer than eight bytes is ignored", arguments: 0..<25)
  func rest(_ byteCount: Int) {
    let bytes = [UInt8](repeating: 0xFF, count: byteCount)
    #expect(events(bytes).count == byteCount / 8)
  }

  @Test("iterating over a range gives the same events as the subscript")
  func walks() {
    var generator = SeededGenerator(printingSeedFor: "a walk over a range")
    let body = Self.body(
      (0..<20).map { _ in
        (
          .random(in: .min ... .max, using: &generator),
          .random(in: .min ... .max, using: &generator)
        )
      })
    let all = events(body, overflow: 3)
    body.withRawSpan { span in
      let events = PolarityEvents(body: span, overflow: 3)
      for lower in 0...20 {
        for upper in lower...20 {
          var walked: [PolarityEvent] = []
          events.forEach(in: lower..<upper) { walked.append($0) }
          #expect(walked == Array(all[lower..<upper]))
        }
      }
    }
  }

  @Test("an index outside the packet traps")
  func indexOutside() async {
    await #expect(processExitsWith: .failure) {
      _ = PolarityEventsTests.body([(0, 0), (0, 0)]).withRawSpan {
        PolarityEvents(body: $0, overflow: 0)[2]
      }
    }
    await #expect(processExitsWith: .failure) {
      _ = PolarityEventsTests.body([(0, 0), (0, 0)]).withRawSpan {
        PolarityEvents(body: $0, overflow: 0)[-1]
      }
    }
    await #expect(processExitsWith: .failure) {
      _ = [UInt8]().withRawSpan { PolarityEvents(body: $0, overflow: 0)[0] }
    }
  }

  @Test("a range outside the packet traps")
  func rangeOutside() async {
    await #expect(processExitsWith: .failure) {
      PolarityEventsTests.body([(0, 0)]).withRawSpan {
        PolarityEvents(body: $0, overflow: 0).forEach(in: 0..<2) { _ in }
      }
    }
    await #expect(processExitsWith: .failure) {
      PolarityEventsTests.body([(0, 0)]).withRawSpan {
        PolarityEvents(body: $0, overflow: 0).forEach(in: -1..<1) { _ in }
      }
    }
  }

  @Test("coordinates that do not fit in 15 bits trap")
  func coordinatesOutside() async {
    await #expect(processExitsWith: .failure) {
      _ = PolarityEvent(x: 32_768, y: 0, isOn: true, timestampMicroseconds: 0)
    }
    await #expect(processExitsWith: .failure) {
      _ = PolarityEvent(x: 0, y: -1, isOn: true, timestampMicroseconds: 0)
    }
  }
}

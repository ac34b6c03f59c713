import Support
import Testing

@testable import AEDAT
@testable import EventData

@Suite struct RecordingStatisticsTests {
  func statistics(of bytes: [UInt8]) throws -> RecordingStatistics {
    try readRecording(bytes).statistics
  }

  @Test("statistics match the content of a small recording")
  func small() throws {
    let statistics = try statistics(of: RecordingBuilder.small.bytes)
    #expect(statistics.packetCount == 4)
    #expect(statistics.packetCounts == [1, 3] + [Int](repeating: 0, count: 12))
    #expect(statistics.eventCounts == [1, 6] + [Int](repeating: 0, count: 12))
    #expect(statistics.polarityEventCount == 6)
    #expect(statistics.onCount == 4 && statistics.offCount == 2)
    #expect(statistics.invalidCount == 0 && statistics.outsideCount == 0)
    #expect(statistics.backwardCount == 0)
    #expect(statistics.paddedPacketCount == 1)
    #expect(statistics.firstMicroseconds == 1000)
    #expect(statistics.lastMicroseconds == 1 << 31)
    #expect(statistics.earliestMicroseconds == 1000)
    #expect(statistics.latestMicroseconds == 1 << 31)
  }

  @Test("a recording without polarity events has no first and no last time")
  func noPolarity() throws {
    var builder = RecordingBuilder()
    builder.appendTimestampReset(timestampMicroseconds: 77)
    let statistics = try statistics(of: builder.bytes)
    #expect(statistics.firstMicroseconds == nil && statistics.lastMicroseconds == nil)
    #expect(statistics.packetCount == 1 && statistics.polarityEventCount == 0)
  }

  @Test("a summary of no events changes nothing")
  func emptySummary() {
    var statistics = RecordingStatistics()
    let body: [UInt8] = []
    body.withRawSpan {
      let events = PolarityEvents(body: $0, overflow: 0)
      statistics.add(events, events.summarized(on: .dvs128))
    }
    #expect(statistics == RecordingStatistics())
  }

  @Test("the division into packets does not change the event counts")
  func anyDivision() throws {
    var generator = SeededGenerator(printingSeedFor: "however the events are cut into packets")
    for _ in 0..<50 {
      var events = randomEvents(count: 60, in: 0..<1000, using: &generator)
      for _ in 0..<10 {
        let index = events.indices.randomElement(using: &generator) ?? 0
        events[index].data ^= [0, 1, 1 << 30][Int.random(in: 0..<3, using: &generator)]
        events[index].timestampMicroseconds = .random(in: 0..<1000, using: &generator)
      }
      var whole = RecordingBuilder()
      whole.appendPacket(events)
      var cut = RecordingBuilder()
      var start = 0
      while start < events.count {
        let end = Int.random(in: start + 1...events.count, using: &generator)
        cut.appendPacket(Array(events[start..<end]), paddingSlots: (end - start) % 3)
        start = end
      }
      let expected = try statistics(of: whole.bytes)
      let found = try statistics(of: cut.bytes)
      #expect(found.onCount == expected.onCount)
      #expect(found.invalidCount == expected.invalidCount)
      #expect(found.outsideCount == expected.outsideCount)
      #expect(found.backwardCount == expected.backwardCount)
      #expect(found.polarityEventCount == expected.polarityEventCount)
      #expect(found.firstMicroseconds == events.first?.timestampMicroseconds)
      #expect(found.lastMicroseconds == events.last?.timestampMicroseconds)
      #expect(found.earliestMicroseconds == events.map(\.timestampMicroseconds).min())
      #expect(found.latestMicroseconds == events.map(\.timestampMicroseconds).max())
    }
  }
}

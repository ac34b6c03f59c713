import Support
import Testing

@testable import EventData

@Suite struct PolaritySummaryTests {
  typealias Word = (data: UInt32, timestamp: UInt32)

  /// The kinds of events in a packet.
  enum Kind: CaseIterable, Sendable {
    case conforming, invalid, allInvalid, outside, backward, bit31, mixed, anyBits
  }

  static let counts = [
    0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 255, 1000,
  ]
  static let overflows: [Int32] = [0, 1, 2, 3, 0x5555_5555, .max - 1, .max]

  /// The expected summary, computed event by event, with arithmetic in place of bit masks.
  func plainSummary(_ words: [Word], overflow: Int32) -> PolaritySummary {
    var summary = PolaritySummary()
    var times: [Int64] = []
    for word in words {
      let x = word.data >> 17
      let y = word.data % (1 << 17) / 4
      summary.eventCount += 1
      for bit in 0..<32 where word.data >> bit % 2 == 1 { summary.setBits |= 1 << bit }
      if word.data / 2 % 2 == 1 { summary.onCount += 1 }
      if word.data % 2 == 0 { summary.invalidCount += 1 }
      if x >= 128 || y >= 128 { summary.outsideCount += 1 }
      times.append(Int64(word.timestamp) | Int64(overflow) * 0x8000_0000)
    }
    for (earlier, later) in zip(times, times.dropFirst()) where later < earlier {
      summary.backwardCount += 1
      summary.largestStepBack = max(summary.largestStepBack, earlier - later)
    }
    summary.firstMicroseconds = times.first ?? 0
    summary.lastMicroseconds = times.last ?? 0
    summary.earliestMicroseconds = times.min() ?? 0
    summary.latestMicroseconds = times.max() ?? 0
    return summary
  }

  func summary(_ words: [Word], overflow: Int32) -> PolaritySummary {
    PolarityEventsTests.body(words).withRawSpan {
      PolarityEvents(body: $0, overflow: overflow).summarized(on: .dvs128)
    }
  }

  func randomWords(
    _ kind: Kind, count: Int, using generator: inout SeededGenerator
  ) -> [Word] {
    func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &generator) == 0 }
    let start = UInt32.random(in: 0..<0x7000_0000, using: &generator)
    let events = randomEvents(count: count, in: 0..<5000, using: &generator)
    return events.map { event -> Word in
      var data = event.data
      var timestamp = start + UInt32(event.timestampMicroseconds)
      let isMixed = kind == .mixed
      if kind == .allInvalid || (kind == .invalid || isMixed) && chance(8) { data &= ~1 }
      if (kind == .outside || isMixed) && chance(8) {
        data |= 1 << UInt32.random(in: chance(2) ? 9...16 : 24...31, using: &generator)
      }
      if (kind == .backward || isMixed) && chance(8) { timestamp -= min(timestamp, 700) }
      if (kind == .bit31 || isMixed) && chance(4) { timestamp |= 1 << 31 }
      if kind == .anyBits {
        data = .random(in: .min ... .max, using: &generator)
        timestamp = .random(in: .min ... .max, using: &generator)
      }
      return (data, timestamp)
    }
  }

  @Test("the vectorized pass agrees with counting event by event", arguments: Kind.allCases)
  func randomPackets(_ kind: Kind) {
    var generator = SeededGenerator(printingSeedFor: "summary of \(kind) packets")
    for count in Self.counts {
      for overflow in Self.overflows {
        for _ in 0..<5 {
          let words = randomWords(kind, count: count, using: &generator)
          let expected = plainSummary(words, overflow: overflow)
          #expect(summary(words, overflow: overflow) == expected, "\(count) events")
        }
      }
    }
  }

  @Test("a single irregular event is counted at any index", arguments: [8, 16, 32, 33])
  func oneOddEvent(_ count: Int) {
    for index in 0..<count {
      for odd in 0..<4 {
        var words = (0..<count).map { (data: UInt32(1), timestamp: UInt32(100 + $0)) }
        switch odd {
        case 0: words[index].data = 0
        case 1: words[index].data |= 1 << 24
        case 2: words[index].timestamp = 0
        default: words[index].timestamp |= 1 << 31
        }
        for overflow: Int32 in [0, 1] {
          let expected = plainSummary(words, overflow: overflow)
          #expect(summary(words, overflow: overflow) == expected)
        }
      }
    }
  }

  @Test("times that seem out of order only because of bit 31 are in order")
  func sharedBit() {
    // With an odd overflow, bit 31 of the timestamp is set in every event's time anyway.
    let words: [Word] = [(1, 1 << 31 | 5), (1, 6), (1, 1 << 31 | 7)]
    #expect(summary(words, overflow: 1).backwardCount == 0)
    #expect(summary(words, overflow: 0).backwardCount == 1)
    #expect(summary(words, overflow: 1).latestMicroseconds == 1 << 31 | 7)
  }

  @Test("an empty packet has an empty summary")
  func emptyPacket() {
    #expect(summary([], overflow: .max) == PolaritySummary())
  }
}

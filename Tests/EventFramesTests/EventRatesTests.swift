import AEDAT
import EventData
import FileAccess
import Support
import SystemPackage
import Testing

@testable import EventFrames

@Suite("Event rates")
struct EventRatesTests {
  private func recording(_ events: [PolarityEvent]) -> RecordingContents {
    var builder = RecordingBuilder()
    builder.appendTimestampReset()
    builder.append(events)
    return .memory(builder.bytes, path: "a.aedat", as: AEDATFormat())
  }

  @Test("agree with a simple loop, for any span and number of bins")
  func plainLoop() throws {
    var generator = SeededGenerator(printingSeedFor: "event rates against a plain loop")
    var events = randomEvents(count: 3000, in: 1000..<90_000, using: &generator)
    for index in events.indices where index % 17 == 0 { events[index].data ^= 1 }
    for index in events.indices where index % 23 == 0 { events[index].data ^= 1 << 16 }
    events.shuffle(using: &generator)
    for policy in InvalidEventPolicy.allCases {
      for (span, binCount) in [
        (0..<100_000, 1), (1000..<90_000, 7), (5000..<60_001, 100), (40_000..<40_001, 1),
        (10..<13, 64),
      ] as [(Range<Int64>, Int)] {
        let rates = try EventRates(
          of: recording(events), on: .dvs128, in: span, binCount: binCount, invalidEvents: policy)
        let length = rates.binMicroseconds
        #expect(rates.startMicroseconds == span.lowerBound)
        #expect(length * Int64(binCount) >= span.upperBound - span.lowerBound)
        var off = [Int](repeating: 0, count: binCount)
        var on = off
        for event in events where span.contains(event.timestampMicroseconds) {
          guard event.x < 128, event.y < 128, event.isValid || policy == .keep else { continue }
          let bin = Int((event.timestampMicroseconds - span.lowerBound) / length)
          if event.isOn { on[bin] += 1 } else { off[bin] += 1 }
        }
        #expect(rates.off == off && rates.on == on)
      }
    }
  }

  @Test("report a truncated recording with its byte offset")
  func damage() {
    var builder = RecordingBuilder()
    let header = builder.bytes
    builder.append([PolarityEvent(x: 1, y: 2, isOn: true, timestampMicroseconds: 5)])
    let bytes = Array(builder.bytes.dropLast(3))
    let error = #expect(throws: DataSetError.self) {
      try EventRates(
        of: .memory(bytes, path: "a.aedat", as: AEDATFormat()), on: .dvs128, in: 0..<10, binCount: 1
      )
    }
    // The header of a packet has 28 bytes, an event 8.
    #expect(
      error?.description
        == "a.aedat: byte \(header.count + 28): 8 bytes of events expected, 5 left")
  }
}

import AEDAT
import EventData
import Support
import SystemPackage
import Testing

@testable import EventFrames

@Suite("The extent of events")
struct EventExtentTests {
  @Test("is that of a simple loop over valid events, whatever comes before", arguments: 0..<40)
  func plainLoop(seed: UInt64) throws {
    let recording = RandomRecording(seed: seed)
    let contents = RecordingContents.memory(recording.bytes, path: "a", as: AEDATFormat())
    var bySummary = EventExtent()
    _ = try RecordingPass(over: contents, after: contents.loadedHeader(), on: nil) {
      events, summary throws(DataSetError) in bySummary.add(events, summary)
    }
    let found = try eventExtent(of: contents)
    let valid = recording.events.filter(\.isValid)
    #expect(found.width == valid.map { $0.x + 1 }.max() ?? 0)
    #expect(found.height == valid.map { $0.y + 1 }.max() ?? 0)
    #expect(found == bySummary)
  }

  @Test("reaches to the last column and row that an event can have, and is 0×0 without a valid one")
  func limits() throws {
    func extent(_ events: [PolarityEvent]) throws -> EventExtent {
      var builder = RecordingBuilder()
      builder.append(events)
      return try eventExtent(of: .memory(builder.bytes, path: "a", as: AEDATFormat()))
    }
    let corner = PolarityEvent(x: 0x7FFF, y: 0x7FFF, isOn: true, timestampMicroseconds: 1)
    let invalid = PolarityEvent(data: corner.data & ~1, timestampMicroseconds: 2)
    let wide = PolarityEvent(x: 0x7FFF, y: 0, isOn: false, timestampMicroseconds: 1)
    let found = try [extent([corner]), extent([invalid]), extent([wide, invalid]), extent([])]
    #expect(found.map(\.width) == [0x8000, 0, 0x8000, 0])
    #expect(found.map(\.height) == [0x8000, 0, 1, 0])
  }
}

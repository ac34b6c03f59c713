import AEDAT
import EventData
import FileAccess
import Glibc
import Support
import SystemPackage
import Testing

@testable import EventFrames

@Suite("One pass over a recording")
struct RecordingPassTests {
  @Test("hands out all events in order, and finds what a scan finds", arguments: 0..<40)
  func events(seed: UInt64) throws {
    let recording = RandomRecording(seed: seed)
    let contents = RecordingContents.memory(recording.bytes, path: "a", as: AEDATFormat())
    let header = try contents.loadedHeader()
    let scan = try RecordingScan(of: contents, on: recording.shape, windows: [])
    #expect(header == scan.header)
    for sensor in [recording.shape, nil] {
      var found: [PolarityEvent] = []
      let pass = try RecordingPass(over: contents, after: header, on: sensor) {
        events, summary throws(DataSetError) in
        #expect(events.count == summary.eventCount)
        for index in 0..<events.count { found.append(events[index]) }
      }
      #expect(found == recording.events)
      let outside = recording.events.count { !recording.shape.contains($0) }
      #expect(pass.statistics.outsideCount == (sensor == nil ? 0 : outside))
      if sensor != nil { #expect(pass.statistics == scan.statistics) }
    }
  }

  @Test("ends with the caller's error")
  func ownError() throws {
    let contents = RecordingContents.memory(
      RecordingBuilder.small.bytes, path: "a", as: AEDATFormat())
    var count = 0
    #expect(throws: DataSetError("b", .whole, "enough")) {
      _ = try RecordingPass(over: contents, after: contents.loadedHeader(), on: nil) {
        _, _ throws(DataSetError) in
        count += 1
        throw DataSetError("b", .whole, "enough")
      }
    }
    #expect(count == 1)
  }

  @Test("says in one line that the file shrinks meanwhile")
  func shrinkingFile() throws {
    let directory = try TemporaryDirectory()
    var builder = RecordingBuilder()
    let events = (0..<400_000).map {
      PolarityEvent(x: $0 % 128, y: $0 / 128 % 128, isOn: true, timestampMicroseconds: Int64($0))
    }
    builder.append(events)
    let path = try directory.write(builder.bytes, to: "a.aedat")
    let contents = RecordingContents.mapped(try MappedFile(path), as: AEDATFormat())
    let left = 10 * pageByteCount
    var error: DataSetError?
    do throws(DataSetError) {
      let header = try contents.loadedHeader()
      _ = try RecordingPass(over: contents, after: header, on: nil) { _, _ throws(DataSetError) in
        // Safe: the call reads the name only.
        #expect(unsafe path.withPlatformString { unsafe truncate($0, left) } == 0)
      }
    } catch let found { error = found }
    let text = try #require(error).description
    #expect(
      text.hasPrefix("\(path): bytes ")
        && text.hasSuffix("has shrunk since it was opened, or its disk fails"))
    #expect(!text.contains("\n"))
  }
}

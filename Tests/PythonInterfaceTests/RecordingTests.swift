import CDVSKit
import ClassFolders
import EventData
import EventFrames
import Glibc
import Support
import SystemPackage
import Testing

@testable import PythonInterface

/// `Python/tests` compares the arrays with readers in NumPy.
@Suite("Recordings of the C interface")
struct RecordingTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  /// What a caller gets.
  private struct Found: Equatable {
    var events: [PolarityEvent] = []
    var description = ""
  }

  /// The line of an error.
  private struct Line: Error, Equatable {
    let text: String

    /// What a call returned; throws the line that it reported instead.
    static func required<Value>(
      _ call: (UnsafeMutablePointer<CChar>, Int) -> Value?
    ) throws(Line) -> Value {
      let text = UnsafeMutablePointer<CChar>.allocate(capacity: 2048)
      defer { unsafe text.deallocate() }
      if let value = unsafe call(text, 2048) { return value }
      throw Line(text: unsafe String(cString: text))
    }
  }

  /// Reads a recording by the functions of the interface.
  private func read(_ path: FilePath) throws(Line) -> Found {
    let recording = try unsafe Line.required {
      unsafe dvskit_recording_open(path.string, $0, $1)
    }
    let text = try unsafe Line.required {
      unsafe dvskit_recording_description(recording, $0, $1)
    }
    var found = Found()
    found.description = unsafe String(cString: text)
    unsafe dvskit_free_text(text)
    let count = found.description.firstMatch(of: /"event_count":(\d+)/).flatMap { Int($0.1) } ?? -1
    let events = try unsafe Line.required {
      unsafe dvskit_recording_take_events(recording, $0, $1)
    }
    // The events are the caller's, with and without the recording.
    unsafe dvskit_recording_close(recording)
    for index in 0..<count {
      let event = unsafe events[index]
      #expect(event.padding == (0, 0, 0) && event.p <= 1)
      found.events.append(
        PolarityEvent(
          x: Int(event.x), y: Int(event.y), isOn: event.p == 1, timestampMicroseconds: event.t))
    }
    unsafe dvskit_free_events(events)
    return found
  }

  /// The events and the description by the passes of the tools, one for each purpose.
  private func expected(_ path: FilePath) throws -> Found {
    let contents = try RecordingContents.mapped(path)
    let sensor = try RecordingSensor.shape(of: contents)
    let scan = try RecordingScan(of: contents, on: sensor, windows: [])
    var found = Found()
    try contents.forEachPiece { piece throws(DataSetError) in
      for index in 0..<piece.count {
        var event = piece[index]
        event.data |= 1
        found.events.append(event)
      }
    }
    var warnings = scan.statistics.warnings(path, on: nil, invalidEvents: nil).map(\.description)
    let outside = scan.statistics.outsideCount
    if outside > 0 {
      let verb = outside == 1 ? "event lies" : "events lie"
      warnings.append("\(path): \(outside) \(verb) outside the \(sensor) sensor")
    }
    let value: JSONValue = .object([
      "format": .text(contents.format.name), "width": .number(sensor.width),
      "height": .number(sensor.height), "event_count": .number(found.events.count),
      "sources": .texts(scan.header.sources), "warnings": .texts(warnings),
    ])
    found.description = value.json
    return found
  }

  private func write(
    _ events: [PolarityEvent], source: String = "DVS128", to name: String = "a.aedat"
  ) throws -> FilePath {
    var builder = RecordingBuilder(sourceName: source)
    builder.append(events)
    return try directory.write(builder.bytes, to: name)
  }

  @Test("have the events, sensors and warnings that the tools find, in all formats")
  func formats() throws {
    var paths = try Fixtures.names(in: "formats").map { Fixtures.path("formats/\($0)") }
    paths += try Fixtures.names(in: "cases").filter { $0.hasSuffix(".aedat") }
      .map { Fixtures.path("cases/\($0)") }
    paths += try Fixtures.names(in: "nmnist/Test/3").map { Fixtures.path("nmnist/Test/3/\($0)") }
    #expect(paths.count > 20)
    for path in paths {
      let wanted = try expected(path)
      let found = try read(path)
      #expect(found == wanted, "\(path)")
    }
  }

  @Test("have all bits of random events: times of 62 bits, and pixels of 15")
  func randomEvents() throws {
    var generator = SeededGenerator(printingSeedFor: "events of the C interface")
    var events: [PolarityEvent] = []
    for index in 0..<5000 {
      let upper = Int64(index / 500) * 0x7FFF_FFFF / 9
      events.append(
        PolarityEvent(
          x: Int.random(in: 0...0x7FFF, using: &generator),
          y: Int.random(in: 0...0x7FFF, using: &generator),
          isOn: Bool.random(using: &generator),
          timestampMicroseconds: upper << 31 | Int64.random(in: 0..<1 << 31, using: &generator)))
    }
    let found = try read(write(events))
    #expect(found.events == events)
    let outside = events.count { $0.x >= 128 || $0.y >= 128 }
    #expect(found.description.contains("\(outside) events lie outside the 128×128 sensor"))
  }

  @Test("without a sensor in the header, have one on which all valid events lie")
  func unknownSensor() throws {
    func event(_ x: Int, _ y: Int, isValid: Bool = true) -> PolarityEvent {
      var event = PolarityEvent(x: x, y: y, isOn: true, timestampMicroseconds: 5)
      if !isValid { event.data &= ~1 }
      return event
    }
    for events in [
      [event(3, 4)], [event(400, 4), event(3, 200)],
      [event(400, 4), event(401, 4, isValid: false)],
      [event(400, 4), event(400, 128, isValid: false), event(0, 127, isValid: false)],
      [event(2000, 2000, isValid: false)], [],
    ] {
      let path = try write(events, source: "Unknown")
      #expect(try read(path) == expected(path))
    }
    let outside = try read(
      write([event(400, 4), event(401, 128, isValid: false)], source: "Unknown"))
    #expect(outside.description.contains(#""width":401,"height":128"#))
    #expect(outside.description.contains("1 event lies outside the 401×128 sensor"))
    let tooFar = try write([event(3, 4), event(1280, 4)], source: "Unknown")
    #expect(
      throws: Line(
        text:
          "\(tooFar): events on at most 1280 columns and rows expected, 1281 columns and 5 rows "
          + "found, and no known sensor named in the header")
    ) { try read(tooFar) }
  }

  @Test("have more events than their size lets guess")
  func manyEvents() throws {
    // Words of EVT 3.0: a row, the time, then 12 events a word.
    let header = "% evt 3.0\n% geometry 1280x720\n% end\n"
    var words: [UInt16] = [0x8000, 0x6001, 0x0005]
    let vectorCount = 30_000
    for number in 0..<vectorCount { words += [0x3000 | UInt16(number % 100 * 12), 0x4FFF] }
    let bytes = Array(header.utf8) + words.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    let path = try directory.write(bytes, to: "a.raw")
    let found = try read(path)
    #expect(found.events.count == 12 * vectorCount)
    #expect(found == (try expected(path)))
  }

  @Test("give their events once, and nothing to a child after fork")
  func misuse() throws {
    let path = try write([PolarityEvent(x: 1, y: 2, isOn: true, timestampMicroseconds: 3)])
    let recording = try unsafe Line.required {
      unsafe dvskit_recording_open(path.string, $0, $1)
    }
    defer { unsafe dvskit_recording_close(recording) }
    func take(_ recording: OpaquePointer?) throws(Line) -> UnsafeMutablePointer<dvskit_event> {
      try unsafe Line.required { unsafe dvskit_recording_take_events(recording, $0, $1) }
    }
    let process = forkedProcess()
    if process == 0 {
      let events = unsafe dvskit_recording_take_events(recording, nil, 0)
      _exit(unsafe events == nil ? 0 : 1)
    }
    var status: Int32 = -1
    unsafe waitpid(process, &status, 0)
    #expect(status == 0)
    let events = unsafe try take(recording)
    #expect(unsafe events[0].t == 3)
    #expect(throws: Line(text: "\(path): its events have been taken already: open it again")) {
      _ = unsafe try take(recording)
    }
    #expect(throws: Line(text: "an open object expected, NULL found")) {
      _ = unsafe try take(nil)
    }
    unsafe dvskit_free_events(events)
    dvskit_free_events(nil)
  }

  @Test("name a file that is missing or cut in one line")
  func defects() throws {
    let missing = directory.file("none.aedat")
    #expect(throws: Line.self) { try read(missing) }
    let cut = try directory.write(Array(RecordingBuilder.small.bytes.dropLast(3)), to: "cut.aedat")
    do {
      _ = try read(cut)
      Issue.record("a cut file was read")
    } catch {
      #expect(error.text.hasPrefix("\(cut): byte ") && !error.text.contains("\n"))
    }
  }
}

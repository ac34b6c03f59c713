import EventData
import FileAccess
import FoundationEssentials
import Support
import SystemPackage
import Testing

@Suite("Every command that reads a recording warns of the same")
struct RecordingWarningsTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func run(_ arguments: String...) throws -> CommandResult {
    try ToolRun.dvsprep(arguments, in: directory.path)
  }

  /// Writes a data set with a training recording, one window per row, and a small test recording.
  private func writeDataSet(
    _ recording: [UInt8], rows: [(classNumber: Int, start: Int64, end: Int64)]
  ) throws {
    let events = (0..<4).map {
      PolarityEvent(x: 1, y: 1, isOn: true, timestampMicroseconds: $0 * 1000)
    }
    var train = SmallDataSet.Recording("user01_led", rows: rows, events: events)
    train.bytes = recording
    try SmallDataSet(
      train: [train],
      test: [SmallDataSet.Recording("user24_led", rows: [(1, 0, 9000)], events: events)]
    ).write(to: directory.file("DvsGesture"))
  }

  /// Writes the training sample's cache, and returns the events of its frames.
  private func frames(_ options: String...) throws -> [Int] {
    let conversion = try ToolRun.dvsprep(
      ["convert", ".", "-o", "a.h5", "--force"] + options, in: directory.path)
    #expect(conversion.exitCode == 0, "\(conversion.standardError)")
    let sample = try run("inspect", "a.h5", "--sample", "train:0", "--json").standardOutput
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Sample.self, from: Data(sample.utf8)).frames
      .map { $0.offEvents + $0.onEvents }
  }

  private struct Sample: Decodable {
    struct Frame: Decodable {
      let offEvents: Int
      let onEvents: Int
    }
    let frames: [Frame]
  }

  @Test("a clock that is reset in a window: the frames span its earliest to its latest event")
  func reset() throws {
    try writeDataSet(
      Fixtures.bytes("cases/clock_reset_in_window.aedat"), rows: [(1, 0, 6_000_000)])
    #expect(
      try frames("--split-by", "time")
        == [46, 51, 53, 68, 64, 18, 0, 0, 0, 0, 0, 0, 0, 33, 62, 55])
    #expect(
      try frames("--duration", "500000") == [62, 70, 88, 80, 0, 0, 0, 0, 0, 2, 72, 76])
    let name = "DvsGesture/user01_led.aedat"
    let conversion = try run("convert", ".", "-o", "b.h5")
    let warnings = conversion.errorLines.filter { $0.contains("user01_led.aedat: ") }
    #expect(warnings.count == 2)
    #expect(warnings.first?.contains(": time goes back once, by at most ") == true)
    #expect(warnings.last?.contains(": the clock jumps once from ") == true)
    let information = try run("info", name)
    #expect(information.errorLines.map { $0.suffix(60) } == warnings.map { $0.suffix(60) })
    #expect(information.standardOutput.contains("\nout of order  1 timestamp, by at most "))
    #expect(information.standardOutput.contains("\nclock jumps   1\n"))
    let view = try run("view", name, "--png", "a.png")
    #expect(view.errorLines == information.errorLines)
    let json = try run("info", name, "--json").standardOutput
    #expect(json.contains(#""clock_jumps":1,"#) && json.contains(#""largest_step_back_us":"#))
    #expect(json.contains(#""latest_us":5987022,"#))
  }

  @Test("label windows that overlap: common events are in both samples, and all commands say so")
  func overlap() throws {
    try writeDataSet(
      Fixtures.bytes("cases/overlapping_windows.aedat"),
      rows: [
        (8, 0, 2_000_000), (9, 2_000_000, 5_500_000), (10, 4_000_000, 6_000_000),
        (11, 6_000_000, 8_000_000),
      ])
    let text =
      "line 3: the window of air_drums ends 1500000 µs after the start of air_guitar (line 4): "
      + "common events are in both samples"
    let name = "DvsGesture/user01_led.aedat"
    for arguments in [
      ["convert", ".", "-o", "a.h5"], ["info", "."], ["info", name],
      ["view", name, "--png", "a.png"], ["verify", "a.h5", "--source", "."],
    ] {
      let result = try ToolRun.dvsprep(arguments, in: directory.path)
      #expect(result.exitCode == 0)
      #expect(
        result.errorLines.filter { $0.hasSuffix("user01_led_labels.csv: \(text)") }.count == 1,
        "\(arguments): \(result.standardError)")
    }
    // A cache alone has no label file, and no lines.
    let verified = try run("verify", "a.h5")
    #expect(
      verified.errorLines == [
        "dvsprep: warning: a.h5: sample train/8/user01_led_0 (train:1): the window of air_drums ends "
          + "1500000 µs after the start of air_guitar (train/9/user01_led_0): common events are in "
          + "both samples"
      ])
    #expect(try run("verify", "a.h5", "--json").standardOutput.contains(#""warnings":["a.h5: "#))
    for (sample, count) in [("train/air_drums", 231), ("train/air_guitar", 139)] {
      let shown = try run("inspect", "a.h5", "--sample", "\(sample)/user01_led_0", "--json")
      #expect(shown.standardOutput.contains(#""events":\#(count),"#))
    }
  }

  @Test("packets of another source: those of one camera are read, and the others counted")
  func severalSources() throws {
    let bytes = try Fixtures.bytes("formats/script_two_cameras.aedat")
    try writeFile(bytes, to: directory.file("two.aedat"))
    let warning =
      "dvsprep: warning: two.aedat: packets of several sources: those of source 1 (DVS128) are read, "
      + "8 of source 2 (DAVIS240C) are left out"
    let information = try run("info", "two.aedat")
    #expect(information.errorLines == [warning])
    #expect(information.standardOutput.contains("\nsource        DVS128\n"))
    #expect(information.standardOutput.contains("\npackets       7, 8 of others left out\n"))
    #expect(!information.standardOutput.contains("imu6"))
    let json = try run("info", "two.aedat", "--json").standardOutput
    #expect(json.contains(#""left_out_packets":8,"#) && json.contains(#""polarity":60"#))
    #expect(try run("view", "two.aedat", "--png", "a.png").errorLines == [warning])
    // A data set's frames are those of the camera alone.
    var (both, one) = (SourcesBuilder(["1: DVS128", "2: DVS128"]), SourcesBuilder(["1: DVS128"]))
    for number in 0..<40 {
      let events = (0..<10).map {
        PolarityEvent(
          x: number, y: $0, isOn: $0 > 4, timestampMicroseconds: Int64(1000 * number + $0))
      }
      both.append(Array(events.prefix(7)), of: 2)
      both.append(events, of: 1)
      one.append(events, of: 1)
    }
    try writeDataSet(one.bytes, rows: [(1, 500, 30_000)])
    let alone = try frames("-T", "4")
    try removeTree(directory.file("DvsGesture"))
    try writeDataSet(both.bytes, rows: [(1, 500, 30_000)])
    #expect(try frames("-T", "4") == alone && alone.reduce(0, +) == 290)
    // The JSON of other recordings does not change.
    try writeFile(RecordingBuilder.small.bytes, to: directory.file("one.aedat"))
    #expect(!(try run("info", "one.aedat", "--json").standardOutput.contains("left_out")))
  }

  @Test("another camera, events outside its sensor, and events marked as invalid")
  func camera() throws {
    var builder = RecordingBuilder(sourceName: "DAVIS240C")
    builder.append([
      PolarityEvent(x: 1, y: 1, isOn: true, timestampMicroseconds: 1000),
      PolarityEvent(x: 200, y: 1, isOn: true, timestampMicroseconds: 1100),
      // x 1, y 1, ON, and no valid bit.
      PolarityEvent(data: 1 << 17 | 1 << 2 | 2, timestampMicroseconds: 1200),
      PolarityEvent(x: 250, y: 1, isOn: true, timestampMicroseconds: 1300),
    ])
    try writeDataSet(builder.bytes, rows: [(1, 0, 6_000_000)])
    let name = "DvsGesture/user01_led.aedat"
    let camera =
      ": a sensor of 128×128 pixels expected, as of a DVS128, 240×180 found (DAVIS240C): "
      + "events outside are left out"
    let conversion = try run("convert", ".", "-o", "a.h5").standardError
    #expect(conversion.contains(camera))
    #expect(conversion.contains(": 2 events lie outside the 128×128 sensor: left out"))
    #expect(conversion.contains(": 1 event is marked invalid: kept (--invalid-events drop "))
    let information = try run("info", name).standardError
    #expect(information.contains(camera))
    #expect(information.contains(": 1 event lies outside the 240×180 sensor: left out"))
    #expect(information.contains(": 1 event is marked invalid: 'dvsprep convert' keeps them "))
    let view = try run("view", name, "--png", "a.png", "--invalid-events", "drop").standardError
    #expect(view.contains(camera))
    #expect(view.contains(": 1 event lies outside the 240×180 sensor: left out"))
    #expect(view.contains(": 1 event is marked invalid: left out "))
    // Without a label file, no other camera is expected.
    try removeTree(directory.file("DvsGesture/user01_led_labels.csv"))
    #expect(!(try run("info", name).standardError.contains("DVS128")))
  }
}

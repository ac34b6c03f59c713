import EventData
import Support
import Testing

@testable import RecordingFormats

@Suite("Files of other programs")
struct ForeignFilesTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let file: String
    let format: String
    var sensor: FrameShape? = .dvs128
    var warnings: [String] = []
    var testDescription: String { file }
  }

  static let cases = [
    Case(file: "dv_none.aedat4", format: "AEDAT 4.0"),
    Case(file: "dv_lz4.aedat4", format: "AEDAT 4.0 (LZ4)"),
    Case(file: "dv_zstd.aedat4", format: "AEDAT 4.0 (Zstandard)"),
    Case(file: "events.txt", format: "text (t in µs)", sensor: nil),
    Case(file: "expelliarmus_dat2.dat", format: "Prophesee DAT", sensor: nil),
    Case(file: "faery_dat1.dat", format: "Prophesee DAT"),
    Case(file: "faery_dat2.dat", format: "Prophesee DAT"),
    Case(file: "faery_evt2.raw", format: "Prophesee EVT 2.0"),
    Case(file: "faery_evt3.raw", format: "Prophesee EVT 3.0"),
    Case(file: "numpy_aligned.npy", format: "NumPy records (.npy)", sensor: nil),
    Case(file: "numpy_deflated.npz", format: "NumPy arrays (.npz)", sensor: nil),
    Case(file: "numpy_label_first.npz", format: "NumPy arrays (.npz)", sensor: nil),
    Case(file: "numpy_records.npy", format: "NumPy records (.npy)", sensor: nil),
    Case(file: "numpy_stored.npz", format: "NumPy arrays (.npz)", sensor: nil),
    Case(
      file: "script_davis240.aedat", format: "AEDAT 2.0",
      sensor: FrameShape(width: 240, height: 180),
      warnings: ["a: 2 events are signals, not counted"]),
    Case(
      file: "script_dvs128.aedat", format: "AEDAT 2.0",
      warnings: ["a: 2 events are signals, not counted"]),
    Case(file: "script_evt21.raw", format: "Prophesee EVT 2.1"),
    Case(file: "script_evt21_legacy.raw", format: "Prophesee EVT 2.1"),
    Case(
      file: "script_two_cameras.aedat", format: "AEDAT 3.1",
      warnings: [
        "a: packets of several sources: those of source 1 (DVS128) are read, 8 of source 2 (DAVIS240C) "
          + "are left out"
      ]),
    Case(file: "seconds.txt", format: "text (t in s)"),
  ]

  @Test("are all there, each with a case")
  func complete() throws {
    #expect(try Fixtures.names(in: "formats") == Self.cases.map(\.file).sorted())
  }

  @Test("give the same events, with all four fields", arguments: cases)
  func events(_ testCase: Case) throws {
    let expected = try EventFile.fixtureEvents()
    let file = try EventFile(reading: try Fixtures.bytes("formats/\(testCase.file)"))
    #expect(expected.count == 60)
    #expect(file.events == expected)
    #expect(file.format == testCase.format)
    #expect(file.warnings == testCase.warnings)
    #expect(file.sensor == testCase.sensor)
  }

  @Test("give the same events, if there are enough that they are read in runs")
  func runs() throws {
    let few = try EventFile.fixtureEvents()
    let expected = (0..<4).flatMap { turn in
      few.map { event in
        PolarityEvent(
          x: event.x, y: event.y, isOn: event.isOn,
          timestampMicroseconds: event.timestampMicroseconds + Int64(turn) * 40_000_000)
      }
    }
    let names = try Fixtures.names(in: "runs")
    #expect(names.count == 15)
    for name in names {
      let testCase = try #require(Self.cases.first { $0.file == name })
      let file = try EventFile(reading: try Fixtures.bytes("runs/\(name)"))
      #expect(file.events == expected, "\(name)")
      #expect(file.format == testCase.format && file.sensor == testCase.sensor, "\(name)")
      #expect(
        file.warnings
          == (testCase.format == "AEDAT 2.0" ? ["a: 5 events are signals, not counted"] : []))
    }
  }
}

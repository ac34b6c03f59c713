import EventData
import FileAccess
import FrameConversion
import Support
import SystemPackage
import Testing

@testable import FrameCache

/// A data set of three classes on a 40×24 sensor, in a format of this test: a line of text for each
/// event.
private struct ThreeClassDataSet: EventDataSet, DataSetRequest {
  let path: FilePath
  let recordings: [Recording]

  var schema = DataSetSchema(
    name: "made", sensor: FrameShape(width: 40, height: 24), classNames: ["up", "down", "still"],
    mirroredLabels: [0, 1, 2], columns: [AttributeColumn("speed", .integer)],
    splitRule: "every third is for the test")

  /// Writes nine recordings with a sample for each window; their first event is at `start` µs.
  init(
    in folder: FilePath, windows: [Range<Int64>?] = [0..<25_000, 25_000..<50_000], start: Int = 0
  ) throws {
    path = folder
    recordings = try (0..<9).map { number in
      let file = folder.appending("\(number).txt")
      let lines = (0..<500).map { event in
        // The blob moves up, down or not at all.
        let y = [23 - event / 21, event / 21, 12][number % 3]
        return "\(start + event * 100) \((number * 4 + event) % 40) \(min(y, 23)) \(event % 2)"
      }
      try writeFile(
        Array(lines.map { $0.padded(to: TextFormat.lineByteCount) }.joined().utf8), to: file)
      return Recording(
        name: "\(number)", fileName: "\(number).txt", path: file, format: TextFormat(),
        split: number % 3 == 2 && number > 5 ? .test : .train,
        attributes: [.integer(Int64(number))],
        samples: windows.enumerated().map { window, times in
          RecordingSample(
            label: number % 3, name: "\(number)_\(window)", window: times,
            className: "\(number % 3)",
            labelsPath: file, location: .whole)
        })
    }
  }

  var readingOrder: [Int] { recordings.indices.reversed() }
  var files: DataSetFiles { .folder([]) }
  var warnings: [DataSetWarning] { [] }

  func open(
    early _: EarlyReading?, isCancelled: @escaping @Sendable () -> Bool
  ) throws(DataSetError) -> any EventDataSet { self }

  func forEachRecording(
    _ reading: RecordingReading, _ body: @escaping RecordingReading.Body
  ) throws(DataSetError) {
    try forEachFile(reading, body)
  }
}

/// Lines of 24 bytes with timestamp in microseconds, x, y and polarity; ten lines are a packet.
private struct TextFormat: RecordingFormat {
  static let lineByteCount = 24

  var name: String { "text" }
  var packetHeaderByteCount: Int { 0 }
  var eventByteCount: Int { Self.lineByteCount }
  var hasCommonForm: Bool { false }

  func header(of bytes: RawSpan, _ path: FilePath) throws(DataSetError) -> RecordingHeader {
    RecordingHeader(byteCount: 0)
  }

  func packet(
    at byteOffset: Int, in bytes: RawSpan, _ path: FilePath
  ) throws(DataSetError) -> EventPacket? {
    let end = min(bytes.byteCount, byteOffset + 10 * Self.lineByteCount)
    guard end > byteOffset else { return nil }
    return EventPacket(
      type: .polarity, eventCount: (end - byteOffset) / Self.lineByteCount, byteOffset: byteOffset,
      eventBytes: byteOffset..<end, nextByteOffset: end, timestampOverflow: 0)
  }

  func transcode(_ bytes: RawSpan, into words: inout [UInt64]) {
    let text = String(decoding: [UInt8](copying: bytes), as: UTF8.self)
    words = text.split(separator: "\n").map { line in
      let fields = line.split(separator: " ").compactMap { UInt64($0) }
      return fields[0] << 32 | fields[1] << 17 | fields[2] << 2 | fields[3] << 1 | 1
    }
  }
}

extension String {
  /// The line, padded with spaces before its line end.
  fileprivate func padded(to byteCount: Int) -> String {
    self + String(repeating: " ", count: byteCount - 1 - utf8.count) + "\n"
  }
}

@Suite("A data set of three classes and 40×24 pixels")
struct ThreeClassDataSetTests {
  @Test("is converted with nothing but a conformance to EventDataSet")
  func conversion() throws {
    let directory = try TemporaryDirectory()
    let dataSet = try ThreeClassDataSet(in: directory.path)
    var options = ConversionOptions(dataSet)
    options.split = .number(frameCount: 5)
    options.threadCount = 2
    options.output = directory.file("made.h5")
    let report = try Conversion(options).run()
    #expect(report.sampleCounts == [.train: 16, .test: 2])
    #expect(report.classCounts[.train] == [6, 6, 4])
    #expect(report.warnings.isEmpty)
    let cache = try FrameCache(opening: report.destination)
    #expect(cache.schema == dataSet.schema)
    #expect(cache.records[.test]?.map(\.attributes) == [[.integer(8)], [.integer(8)]])
    #expect(
      try CacheVerification(cache, threadCount: 2).defects(comparedWith: dataSet).isEmpty)
    // The second window of the first recording: 250 events from number 250 on, 50 a frame.
    var counts: [UInt16] = []
    var decoder = FrameDecoder(cache)
    try decoder.decode(SampleIndex(.train, 1), into: &counts)
    var expected = [UInt16](repeating: 0, count: cache.sampleCellCount)
    for event in 250..<500 {
      let (frame, x, y) = ((event - 250) / 50, event % 40, max(0, 23 - event / 21))
      expected[((frame * 2 + event % 2) * 24 + y) * 40 + x] += 1
    }
    #expect(counts == expected)
    #expect(try Conversion(options).run().outcome == .upToDate)
  }

  @Test("of whole recordings reports that the window of their events differs")
  func differentWindow() throws {
    let directory = try TemporaryDirectory()
    let dataSet = try ThreeClassDataSet(in: directory.path, windows: [nil])
    var options = ConversionOptions(dataSet)
    options.output = directory.file("made.h5")
    let cache = try FrameCache(opening: try Conversion(options).run().destination)
    let later = try ThreeClassDataSet(in: directory.path, windows: [nil], start: 7)
    let defects = try CacheVerification(cache, threadCount: 1).defects(comparedWith: later)
    #expect(defects.count == 9)
    #expect(
      defects.first?.detail
        == "the recording's events have the window 7..<49908, the cache 0..<49901")
  }

  @Test("with an attribute that a cache cannot have is rejected before it is read")
  func unusableAttribute() throws {
    let directory = try TemporaryDirectory()
    var dataSet = try ThreeClassDataSet(in: directory.path)
    dataSet.schema.columns[0].name = "m/s"
    var options = ConversionOptions(dataSet)
    options.output = directory.file("made.h5")
    let error = #expect(throws: FrameCacheError.self) { try Conversion(options).run() }
    #expect(error?.code == .content && error?.path == directory.path)
    #expect(error?.detail == dataSet.schema.defect)
    #expect(!options.destination.exists)
  }
}

import AEDAT
import EventData
import EventFrames
import FileAccess
import FrameCache
import FrameConversion
import GestureDataSet
import HDF5
import Support
import SystemPackage
import Testing

@Suite("Frames equal SpikingJelly's")
struct GoldenFramesTests {
  @Test(
    "every sample of the synthetic recordings equals the golden cache, count for count",
    arguments: [
      FrameSplit.number(frameCount: 16), .time(frameCount: 16), .duration(microseconds: 200_000),
    ])
  func syntheticRecordings(split: FrameSplit) throws {
    let directory = try TemporaryDirectory()
    var options = ConversionOptions(GestureDataSetRequest(Fixtures.path("synthetic")))
    options.output = directory.path.appending("cache.h5")
    options.split = split
    options.threadCount = 2
    let report = try Conversion(options).run()
    #expect(report.sampleCounts == [.train: 36, .test: 12])
    let compared = try compare(
      try FrameCache(opening: report.destination),
      withGolden: Fixtures.path("synthetic/\(split.cacheFileName)"))
    #expect(compared == 48)
  }

  @Test(
    "the real recording's frames equal the golden ones; its empty windows are zeros, with a warning"
  )
  func realRecording() throws {
    let directory = try TemporaryDirectory()
    let input = directory.path.appending("DvsGesture")
    try RealRecording.makeDataSet(at: input)
    var options = ConversionOptions(GestureDataSetRequest(input))
    options.output = directory.path.appending("cache.h5")
    let report = try Conversion(options).run()
    #expect(report.emptyWindowCount == 4)
    #expect(report.warnings.count { $0.description.contains("no events in the window") } == 4)
    let cache = try FrameCache(opening: report.destination)
    let compared = try compare(
      cache,
      withGolden: Fixtures.path("real/golden/frames_number_16_split_by_number.h5"))
    #expect(compared == 24)
    let empty = cache.samples.filter { cache.record(of: $0).eventCount == 0 }
    #expect(empty.count == 4)
    var decoder = FrameDecoder(cache)
    var counts: [UInt16] = []
    for sample in empty {
      try decoder.decode(sample, into: &counts)
      #expect(counts.allSatisfy { $0 == 0 })
      #expect(cache.record(of: sample).frameStartMicroseconds.allSatisfy { $0 == -1 })
    }
  }

  @Test(
    "the real recordings contain what three independent readers found", arguments: ["100", "1450"])
  func realCounts(milliseconds: String) throws {
    let name = "user01_fluorescent_partial\(milliseconds)ms"
    let expected = try ExpectedCounts(
      reading: Fixtures.path("real/\(name).expected.json"))
    let path = Fixtures.path("real/\(name).aedat")
    let labels = try LabelWindow.parse(
      try readSmallFile(Fixtures.path("real/\(name)_labels.csv")), path: path)
    let scan = try RecordingScan(
      of: .mapped(try MappedFile(path), as: AEDATFormat()), on: .dvs128,
      windows: labels.map(\.microseconds))
    #expect(scan.byteCount == expected.bytes)
    #expect(scan.header.byteCount == expected.headerBytes)
    #expect(scan.statistics.packetCount == expected.packets)
    #expect(scan.statistics.polarityEventCount == expected.events)
    #expect(scan.statistics.onCount == expected.onEvents)
    #expect(scan.statistics.offCount == expected.offEvents)
    #expect(scan.statistics.firstMicroseconds == expected.firstT)
    #expect(scan.statistics.lastMicroseconds == expected.lastT)
    #expect(scan.tallies.map(\.eventCount) == expected.windowEvents)
  }

  /// Compares all samples and returns their number.
  private func compare(
    _ cache: FrameCache, withGolden golden: FilePath
  ) throws -> Int {
    let file = try HDF5File(opening: golden.string)
    var decoder = FrameDecoder(cache)
    var counts: [UInt16] = []
    var comparedCount = 0
    for split in DataSetSplit.allCases {
      let group = try file.root.group(split.rawValue)
      let goldenCount = try group.names().reduce(0) { $0 + (try group.group($1).names().count) }
      #expect(cache.sampleCount(in: split) == goldenCount)
    }
    for sample in cache.samples {
      let record = cache.record(of: sample)
      let dataset = try file.root.group(sample.split.rawValue).group("\(record.label)")
        .dataset(record.name)
      let golden = try dataset.read(as: UInt16.self, maximumCount: 1 << 26)
      try decoder.decode(sample, into: &counts)
      let frameCellCount = 2 * 128 * 128
      let goldenFrameCount = golden.count / frameCellCount
      if record.eventCount > 0 { #expect(Int(record.frameCount) == goldenFrameCount) }
      let isEqual = counts.prefix(golden.count).elementsEqual(golden)
      #expect(isEqual, "\(cache.location(of: sample))")
      #expect(counts.dropFirst(golden.count).allSatisfy { $0 == 0 })
      comparedCount += 1
    }
    return comparedCount
  }
}

import EventData
import FileAccess
import FrameCache
import FrameConversion
import HDF5
import Support
import SystemPackage
import Testing

@testable import ClassFolders

@Suite("N-MNIST")
struct NMNISTTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func options(_ path: FilePath, allowsMissing: Bool = true) -> ConversionOptions {
    var options = ConversionOptions(NMNISTRequest(path, allowsMissing: allowsMissing))
    options.output = directory.file("cache.h5")
    options.threadCount = 2
    return options
  }

  @Test(
    "frames equal SpikingJelly's, count for count",
    arguments: [
      FrameSplit.number(frameCount: 10), .time(frameCount: 10), .duration(microseconds: 70_000),
    ])
  func goldenFrames(split: FrameSplit) throws {
    var options = options(Fixtures.path("nmnist"))
    options.split = split
    let report = try Conversion(options).run()
    #expect(report.sampleCounts == [.train: 4, .test: 2])
    let cache = try FrameCache(opening: report.destination)
    let golden = try HDF5File(opening: Fixtures.path("nmnist/\(split.cacheFileName)").string)
    var decoder = FrameDecoder(cache)
    var counts: [UInt16] = []
    for sample in cache.samples {
      let record = cache.record(of: sample)
      try decoder.decode(sample, into: &counts)
      let expected = try golden.root.group(sample.split.rawValue).group("\(record.label)")
        .dataset(record.name).read(as: UInt16.self, maximumCount: 1 << 20)
      #expect(expected.count == Int(record.frameCount) * cache.frameShape.cellCount)
      #expect(Array(counts.prefix(expected.count)) == expected)
      #expect(counts.dropFirst(expected.count).allSatisfy { $0 == 0 })
    }
    #expect(
      try CacheVerification(cache, threadCount: 2).defects(
        comparedWith: NMNISTRequest(Fixtures.path("nmnist"), allowsMissing: true).open { false }
      )
      .isEmpty)
    #expect(cache.schema == NMNISTRequest.schema)
    #expect(cache.sources.first?.name == "Test/0/60001.bin")
    #expect(try Conversion(options).run().outcome == .upToDate)
  }

  @Test("has samples in the order of classes and names, each a whole recording")
  func order() throws {
    let dataSet = try NMNISTRequest(Fixtures.path("nmnist"), allowsMissing: true).open { false }
    #expect(
      dataSet.recordings.map(\.name) == ["00001", "00022", "00008", "30001", "60001", "60002"])
    #expect(dataSet.recordings.flatMap(\.samples).map(\.label) == [0, 0, 3, 7, 0, 3])
    #expect(dataSet.recordings.flatMap(\.samples).allSatisfy { $0.window == nil })
    #expect(
      dataSet.warnings.last?.description.hasSuffix(
        "4 training and 2 test samples; the whole data set has 60000 and 10000") == true)
  }

  @Test("with a missing class or split is rejected with advice; other files give warnings")
  func missing() throws {
    for part in ["Train", "Test"] {
      for label in 0..<10 {
        try createDirectories(directory.file("n/\(part)/\(label)"))
        try directory.write([1, 2, 0, 0, 9], to: "n/\(part)/\(label)/1.bin")
      }
    }
    let path = directory.file("n")
    try directory.write([1], to: "n/Train/4/notes.txt")
    try directory.write([1], to: "n/Train/4/.hidden")
    try createDirectories(directory.file("n/Train/ten"))
    let dataSet = try NMNISTRequest(path).open { false }
    #expect(dataSet.recordings.count == 20)
    #expect(
      dataSet.warnings.map(\.description) == [
        "\(path): 1 folder is not a class of the data set, left out: Train/ten",
        "\(path): 1 file other than *.bin in class folders, left out: Train/4/notes.txt",
        "\(path): 10 training and 10 test samples; the whole data set has 60000 and 10000",
      ])
    try removeTree(directory.file("n/Test/7"))
    #expect(
      error(path) == "\(path)/Test/7: the folder of a class is missing (--allow-missing continues "
        + "without it)")
    try removeTree(directory.file("n/Test"))
    #expect(
      error(path) == "\(path)/Test: the folder is missing: Test/0…9/*.bin expected "
        + "(--allow-missing continues without it)")
    #expect(try NMNISTRequest(path, allowsMissing: true).open { false }.recordings.count == 10)
    #expect(
      error(directory.file("nothing")) == "\(directory.file("nothing")): there is no such folder")
    #expect(
      error(directory.file("n/Train/4"), allowsMissing: true)
        == "\(path)/Train/4: recordings expected (Train/0…9/*.bin, Test/0…9/*.bin), none found; "
        + "did you mean \(path)?")
  }

  @Test("in miscapitalized folders is rejected")
  func wrongSpelling() throws {
    let path = directory.file("n")
    try createDirectories(path.appending("Train/3"))
    try createDirectories(path.appending("test/3"))
    try directory.write([1, 2, 0, 0, 9], to: "n/test/3/1.bin")
    #expect(
      error(path, allowsMissing: true)
        == "\(path): the folders Train and Test expected, test found: rename it")
  }

  @Test("with an AEDAT recording among its files is rejected: any bytes would be ATIS events")
  func otherFormat() throws {
    try createDirectories(directory.file("n/Train/3"))
    try directory.write(RecordingBuilder.small.bytes, to: "n/Train/3/1.bin")
    let error = #expect(throws: FrameCacheError.self) {
      try Conversion(options(directory.file("n"))).run()
    }
    #expect(
      error?.description
        == "\(directory.file("n"))/Train/3/1.bin: byte 0: events of an ATIS expected, an AEDAT "
        + "recording found: own recordings are named *.aedat")
  }

  private func error(_ path: FilePath, allowsMissing: Bool = false) -> String? {
    do throws(DataSetError) {
      _ = try NMNISTRequest(path, allowsMissing: allowsMissing).open { false }
      return nil
    } catch {
      return error.description
    }
  }
}

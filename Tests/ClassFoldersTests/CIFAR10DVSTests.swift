import EventData
import EventFrames
import FileAccess
import FrameCache
import FrameConversion
import HDF5
import Support
import SystemPackage
import Testing

@testable import ClassFolders

@Suite("CIFAR10-DVS")
struct CIFAR10DVSTests {
  private let directory: TemporaryDirectory
  private let path: FilePath
  private static let fixture = Fixtures.path("cifar10-dvs")

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file("c")
  }

  /// Writes a recording of one event.
  private func write(_ name: String) throws {
    let file = path.appending(name)
    try createDirectories(file.parentDirectory)
    try writeFile(Array("#!AER-DAT2.0\r\n".utf8) + [0, 0, 1, 2, 0, 0, 0, 5], to: file)
  }

  /// Writes a training and a test recording of each class.
  private func writeClasses() throws {
    for name in CIFAR10DVSRequest.schema.classNames {
      for number in [0, 999] { try write("\(name)/cifar10_\(name)_\(number).aedat") }
    }
  }

  private func error(_ path: FilePath, allowsMissing: Bool = false) -> String? {
    do throws(DataSetError) {
      _ = try CIFAR10DVSRequest(path, allowsMissing: allowsMissing).open { false }
      return nil
    } catch { return error.description }
  }

  @Test(
    "frames equal SpikingJelly's, count for count",
    arguments: [
      FrameSplit.number(frameCount: 6), .time(frameCount: 6), .duration(microseconds: 250_000),
    ])
  func goldenFrames(split: FrameSplit) throws {
    var options = ConversionOptions(CIFAR10DVSRequest(Self.fixture, allowsMissing: true))
    options.output = directory.file("cache.h5")
    options.threadCount = 2
    options.split = split
    let report = try Conversion(options).run()
    #expect(report.sampleCounts == [.train: 3, .test: 3])
    let cache = try FrameCache(opening: report.destination)
    let golden = try HDF5File(opening: Self.fixture.appending(split.cacheFileName).string)
    var decoder = FrameDecoder(cache)
    var counts: [UInt16] = []
    for sample in cache.samples {
      let record = cache.record(of: sample)
      try decoder.decode(sample, into: &counts)
      let expected = try golden.root.group(cache.schema.classNames[Int(record.label)])
        .dataset(record.name).read(as: UInt16.self, maximumCount: 1 << 20)
      #expect(expected.count == Int(record.frameCount) * cache.frameShape.cellCount)
      #expect(Array(counts.prefix(expected.count)) == expected)
      #expect(counts.dropFirst(expected.count).allSatisfy { $0 == 0 })
      #expect(expected.reduce(0) { $0 + Int($1) } == Int(record.eventCount))
    }
    #expect(
      try CacheVerification(cache, threadCount: 2).defects(
        comparedWith: CIFAR10DVSRequest(Self.fixture, allowsMissing: true).open { false }
      )
      .isEmpty)
    #expect(cache.schema == CIFAR10DVSRequest.schema)
    #expect(try Conversion(options).run().outcome == .upToDate)
  }

  @Test("has the first 900 file names of each class, as strings, as training samples")
  func split() {
    for className in CIFAR10DVSRequest.schema.classNames {
      let files = (0..<1000).map { "cifar10_\(className)_\($0).aedat" }
        .sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
      let splits = files.map { CIFAR10DVSRequest.split(ofRecording: String($0.dropLast(6))) }
      #expect(splits == (0..<1000).map { $0 < 900 ? .train : .test })
    }
    for (number, split) in [
      (0, DataSetSplit.train), (9, .train), (90, .train), (899, .train), (908, .train),
      (909, .test), (91, .test), (99, .test), (910, .test), (999, .test),
    ] {
      #expect(CIFAR10DVSRequest.split(ofRecording: "cifar10_dog_\(number)") == split, "\(number)")
    }
    for name in [
      "cifar10_dog_07", "cifar10_dog_1000", "cifar10_dog_-1", "cifar10_dog_+1", "cifar10_dog_",
      "cifar10_dog", "cifar10_wolf_1", "Cifar10_dog_1", "dog_1", "cifar10_dog_1 ", "cifar10_dog_١",
    ] {
      #expect(CIFAR10DVSRequest.split(ofRecording: name) == nil, "\(name)")
    }
  }

  @Test("has training samples first, by class and name, each a whole recording")
  func order() throws {
    let dataSet = try CIFAR10DVSRequest(Self.fixture, allowsMissing: true).open { false }
    #expect(
      dataSet.recordings.map(\.name) == [
        "cifar10_airplane_0", "cifar10_airplane_10", "cifar10_cat_5", "cifar10_airplane_909",
        "cifar10_cat_99", "cifar10_truck_999",
      ])
    #expect(dataSet.recordings.map(\.split) == [.train, .train, .train, .test, .test, .test])
    #expect(dataSet.recordings.flatMap(\.samples).map(\.label) == [0, 0, 3, 0, 3, 9])
    #expect(dataSet.recordings.flatMap(\.samples).allSatisfy { $0.window == nil })
    #expect(
      dataSet.warnings.suffix(3).map(\.description) == [
        "\(Self.fixture): 8 classes without training samples: automobile, bird, deer, dog, frog "
          + "and 3 more",
        "\(Self.fixture): 7 classes without test samples: automobile, bird, deer, dog, frog and 2 "
          + "more",
        "\(Self.fixture): 3 training and 3 test samples; the whole data set has 9000 and 1000",
      ])
  }

  @Test("with a missing class or split is rejected with advice")
  func missing() throws {
    try writeClasses()
    #expect(
      try CIFAR10DVSRequest(path).open { false }.warnings.map(\.description) == [
        "\(path): 10 training and 10 test samples; the whole data set has 9000 and 1000"
      ])
    try removeTree(path.appending("horse"))
    #expect(
      error(path) == "\(path)/horse: the folder of a class is missing (--allow-missing continues "
        + "without it)")
    try createDirectories(path.appending("horse"))
    #expect(
      try CIFAR10DVSRequest(path).open { false }.warnings.map(\.description).prefix(2) == [
        "\(path): 1 class without training samples: horse",
        "\(path): 1 class without test samples: horse",
      ])
    for name in CIFAR10DVSRequest.schema.classNames where name != "horse" {
      try removeTree(path.appending("\(name)/cifar10_\(name)_999.aedat"))
    }
    #expect(
      error(path) == "\(path): test samples expected (numbers 909, 91 to 99 and 910 to 999 of each "
        + "class), none found (--allow-missing continues without them)")
    #expect(
      try CIFAR10DVSRequest(path, allowsMissing: true).open { false }.recordings.count == 9)
    #expect(
      error(path.appending("cat"), allowsMissing: true)
        == "\(path)/cat: recordings expected (airplane…truck/cifar10_CLASS_0…999.aedat), none "
        + "found; did you mean \(path)?")
    #expect(error(directory.file("no")) == "\(directory.file("no")): there is no such folder")
  }

  @Test("leaves out other files, and mentions those beside its classes only if they are recordings")
  func otherFiles() throws {
    try writeClasses()
    for name in [
      "cat/cifar10_dog_1.aedat", "cat/cifar10_cat_1000.aedat", "cat/notes.txt", "loose.aedat",
      "wolf/cifar10_wolf_1.aedat", "cat/more/cifar10_cat_1.aedat", "frames.h5", "airplane.zip",
      "logs/run/args.txt", "cat/.cifar10_cat_1.aedat",
    ] {
      try write(name)
    }
    let dataSet = try CIFAR10DVSRequest(path).open { false }
    #expect(dataSet.recordings.count == 20)
    #expect(
      dataSet.warnings.map(\.description) == [
        "\(path): 1 folder is not a class of the data set, left out: wolf",
        "\(path): 1 file outside the class folders, left out: loose.aedat",
        "\(path): 1 folder in class folders, left out: cat/more",
        "\(path): 3 files other than cifar10_CLASS_0…999.aedat in class folders, left out: "
          + "cat/cifar10_cat_1000.aedat, cat/cifar10_dog_1.aedat, cat/notes.txt",
        "\(path): 10 training and 10 test samples; the whole data set has 9000 and 1000",
      ])
    try write("cat/cifar10_cat_0.AEDAT")
    #expect(
      error(path)?.hasSuffix("beside it gives a sample of the same name: rename one of the two")
        == true)
  }

  @Test("with a file of another format is rejected when it is read")
  func otherFormat() throws {
    try writeClasses()
    try writeFile(
      RecordingBuilder.small.bytes, to: path.appending("cat/cifar10_cat_0.aedat"))
    var options = ConversionOptions(CIFAR10DVSRequest(path))
    options.output = directory.file("cache.h5")
    let error = #expect(throws: FrameCacheError.self) { try Conversion(options).run() }
    #expect(
      error?.description.hasPrefix(
        "\(path)/cat/cifar10_cat_0.aedat: byte 0: a recording in AEDAT 2.0 expected, an AEDAT 3.1 "
          + "recording found") == true)
    #expect(!directory.file("cache.h5").exists)
  }

  @Test("is told by the names of samples; with another split, that is the split's rule")
  func schemaOfSamples() {
    let own: [(className: String, name: String, split: DataSetSplit)] = [
      ("cat", "cifar10_cat_1", .train), ("dog", "cifar10_dog_99", .test),
    ]
    #expect(CIFAR10DVSRequest.schema(of: own) == CIFAR10DVSRequest.schema)
    let other = CIFAR10DVSRequest.schema(of: own + [("dog", "cifar10_dog_1", .test)])
    #expect(other?.name == "CIFAR10-DVS" && other?.splitRule == "the folders train and test")
    #expect(CIFAR10DVSRequest.schema(of: own + [("dog", "cifar10_cat_1", .train)]) == nil)
    #expect(CIFAR10DVSRequest.schema(of: own + [("", "cifar10__1", .train)]) == nil)
  }

  @Test("is what a recording is read as for a network that was trained on it")
  func predicted() throws {
    let file = Self.fixture.appending("cat/cifar10_cat_5.aedat")
    /// The pixels of all events.
    func pixels(_ path: FilePath, _ kind: DataSetKind?) throws -> [[Int]] {
      var pixels: [[Int]] = []
      try RecordingContents.mapped(path, asIn: kind).forEachPiece { events throws(DataSetError) in
        for index in 0..<events.count { pixels.append([events[index].x, events[index].y]) }
      }
      return pixels
    }
    let exchanged = try pixels(file, .cifar10DVS)
    for kind in [nil, DataSetKind.own, .gesture, .nmnist] {
      let others = try pixels(file, kind)
      // Without those that are signals in jAER.
      #expect((1..<exchanged.count).contains(others.count) && !Set(others).isSubset(of: exchanged))
      #expect(Set(others).isSubset(of: exchanged.map { $0.reversed() }))
    }
    let digit = Fixtures.path("nmnist/Train/0/00001.bin")
    #expect(try pixels(digit, .cifar10DVS) == pixels(digit, nil))
  }
}

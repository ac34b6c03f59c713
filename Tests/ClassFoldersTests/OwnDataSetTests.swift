import AEDAT
import EventData
import FileAccess
import FrameCache
import FrameConversion
import Support
import SystemPackage
import Testing

@testable import ClassFolders

@Suite("The user's own recordings")
struct OwnDataSetTests {
  private let directory: TemporaryDirectory
  private let path: FilePath

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file("mine")
  }

  /// Writes a recording of events on a diagonal.
  private func write(
    _ name: String, camera: String, width: Int = 30, height: Int = 20, count: Int = 300
  ) throws {
    var encoder = RecordingEncoder(
      startTime: "2026-01-01 00:00:00 (TZ+0000)", sourceName: camera)
    encoder.append(
      (0..<count).map { number in
        PolarityEvent(
          x: number % width, y: number % height, isOn: number % 2 == 0,
          timestampMicroseconds: Int64(1000 + number * 10))
      })
    let file = path.appending(name)
    try createDirectories(file.parentDirectory)
    try writeFile(encoder.bytes, to: file)
  }

  private func open(
    sensor: FrameShape? = nil, allowsMissing: Bool = false
  ) throws(DataSetError) -> any EventDataSet {
    try OwnDataSetRequest(path, sensor: sensor, allowsMissing: allowsMissing).open { false }
  }

  private func error(sensor: FrameShape? = nil) -> String? {
    do throws(DataSetError) { _ = try open(sensor: sensor) } catch { return error.description }
    return nil
  }

  @Test("have a class for each folder, sorted by bytes, and the sensor that all headers name")
  func classes() throws {
    try write("train/b/one.aedat", camera: "DAVIS240C")
    try write("train/Z/one.aedat", camera: "DAVIS240C")
    try write("train/ä/one.aedat", camera: "DAVIS240C")
    try write("test/a/one.aedat", camera: "DAVIS240C")
    let dataSet = try open()
    #expect(dataSet.schema.classNames == ["Z", "a", "b", "ä"])
    #expect(dataSet.schema.sensor == FrameShape(width: 240, height: 180))
    #expect(dataSet.recordings.map(\.fileName).last == "test/a/one.aedat")
    #expect(dataSet.recordings.flatMap(\.samples).map(\.label) == [0, 2, 3, 1])
    #expect(
      dataSet.warnings.map(\.description) == [
        "\(path): 1 class without training samples: a",
        "\(path): 3 classes without test samples: Z, b, ä",
      ])
  }

  @Test("give one warning for each kind of ignored entry, and may end in .AEDAT")
  func ignoredEntries() throws {
    try write("train/a/ONE.AEDAT", camera: "DVS128")
    try write("test/a/two.aedat", camera: "DVS128")
    try write("train/loose.aedat", camera: "DVS128")
    try write("val/a/one.aedat", camera: "DVS128")
    try write("other.aedat", camera: "DVS128")
    try write("train/a/deeper/one.aedat", camera: "DVS128")
    for number in 1...7 { try write("train/a/\(number).bak", camera: "DVS128") }
    try createDirectories(path.appending("test/b"))
    try createDirectories(path.appending("logs/run"))
    let dataSet = try open()
    #expect(dataSet.recordings.map(\.name) == ["ONE", "two"])
    #expect(
      dataSet.warnings.map(\.description) == [
        "\(path): 2 entries with recordings in neither train nor test, left out: other.aedat, val",
        "\(path): 1 file outside the class folders, left out: train/loose.aedat",
        "\(path): 1 folder in class folders, left out: train/a/deeper",
        "\(path): 7 files other than recordings in class folders, left out: train/a/1.bak, "
          + "train/a/2.bak, train/a/3.bak, train/a/4.bak, train/a/5.bak and 2 more",
        "\(path): 1 class without training samples: b",
        "\(path): 1 class without test samples: b",
      ])
  }

  @Test("beside files of other content are read, and those left out")
  func otherContent() throws {
    for name in ["train/a/one.aedat", "test/a/two.aedat"] { try write(name, camera: "DVS128") }
    let others = [
      "train/a/.hidden.raw": "x", "train/a/one.csv": "5 1 2 0\n", "train/a/one.txt": "5 1 2 0\n",
      "train/a/picture.raw": "\u{1}\u{2}\u{3}", "train/a/region.csv": "x,y,w,h\n10,20,64,64\n",
      "train/a/region.txt": "10 20 64 64\n", "train/a/table.dat": "1 2 3\n",
    ]
    for (name, content) in others { try writeFile(Array(content.utf8), to: path.appending(name)) }
    try writeFile(Array("5 1 2 0\n".utf8), to: path.appending("train/a/three.txt"))
    let dataSet = try open()
    #expect(dataSet.recordings.map(\.name) == ["one", "three", "two"])
    let left = others.keys.filter { !$0.contains("hidden") && !$0.contains("/one") }.sorted()
    #expect(
      dataSet.warnings.first?.description
        == "\(path): 6 files other than recordings in class folders, left out: "
        + left.joined(separator: ", ") + ", train/a/one.csv and 1 more")
  }

  @Test("are missing where files only have names of recordings: one is named with what it is")
  func onlyOtherContent() throws {
    try createDirectories(path.appending("train/a"))
    try writeFile(Array("#ROSBAG V2.0\n".utf8), to: path.appending("train/a/b.raw"))
    #expect(
      rejection(OwnDataSetRequest(path, allowsMissing: true))?.contains(
        "none found; train/a/b.raw: a recording expected, a ROS bag found: the Python package rosbags"
      )
        == true)
    for (text, reason) in [
      ("x,y,p,t\n1,2,1,5\n", "columns t, x, y, p in this order expected, others found"),
      (
        "5;1;2;0\n",
        "a recording expected, a text file found: the first line of numbers has to be t, x, y, p"
      ),
    ] {
      try writeFile(Array(text.utf8), to: path.appending("train/a/a.csv"))
      #expect(
        rejection(OwnDataSetRequest(path, allowsMissing: true))?
          .contains("none found; train/a/a.csv: \(reason)") == true)
    }
  }

  @Test("in miscapitalized folders, or given by a parent or subfolder, are rejected with a hint")
  func wrongFolder() throws {
    try write("Train/a/one.aedat", camera: "DVS128")
    try write("test/a/one.aedat", camera: "DVS128")
    for allowsMissing in [false, true] {
      #expect(
        throws: DataSetError(
          path, .whole, "the folders train and test expected, Train found: rename it")
      ) { try open(allowsMissing: allowsMissing) }
      for wrong in [path.appending("Train"), path.appending("test/a"), directory.path] {
        let message =
          "\(wrong): recordings expected (train/CLASS/*, test/CLASS/*), none found"
        #expect(
          rejection(OwnDataSetRequest(wrong, allowsMissing: allowsMissing))
            == message + "; did you mean \(path)?")
      }
    }
  }

  private func rejection(_ request: OwnDataSetRequest) -> String? {
    do throws(DataSetError) { _ = try request.open { false } } catch { return error.description }
    return nil
  }

  @Test("of an unknown camera get a sensor that fits their events, and a warning")
  func unknownCamera() throws {
    try write("train/a/one.aedat", camera: "Prototype 7", width: 50, height: 9)
    try write("test/a/one.aedat", camera: "Prototype 7", width: 12, height: 31)
    let dataSet = try open()
    #expect(dataSet.schema.sensor == FrameShape(width: 50, height: 31))
    #expect(
      dataSet.warnings.first?.description
        == "\(path): not all recordings name a known sensor: 50×31 pixels are assumed, enough for all "
        + "valid events (--sensor WIDTHxHEIGHT overrides this)")
    let given = FrameShape(width: 40, height: 40)
    #expect(try open(sensor: given).schema.sensor == given)
  }

  @Test("give one warning for events outside --sensor, and are rejected if most are")
  func namedSensor() throws {
    try write("train/a/one.aedat", camera: "Prototype 7", width: 50, height: 9)
    try write("test/a/one.aedat", camera: "Prototype 7", width: 12, height: 31)
    var options = ConversionOptions(
      OwnDataSetRequest(path, sensor: FrameShape(width: 40, height: 40)))
    options.output = directory.file("own.h5")
    #expect(
      try Conversion(options).run().warnings.map(\.description) == [
        "\(path): 60 of 600 events (10.0 %) lie outside the 40×40 pixels of --sensor: left out"
      ])
    #expect(try Conversion(options).run().warnings.isEmpty)
    options.dataSet = OwnDataSetRequest(path, sensor: FrameShape(width: 4, height: 4))
    options.output = directory.file("small.h5")
    for isDryRun in [false, true] {
      options.isDryRun = isDryRun
      #expect(
        failure(options)
          == "\(path): 574 of 600 events (95.7 %) lie outside the 4×4 pixels of --sensor: a "
          + "sensor that contains most events expected")
    }
    #expect(!directory.file("small.h5").exists)
    options.dataSet = OwnDataSetRequest(path, sensor: FrameShape(width: 50, height: 31))
    #expect(try Conversion(options).run().warnings.isEmpty)
    // With a sensor from the headers, each recording gets its own warning.
    try write("named/train/a/one.aedat", camera: "DVS128", width: 130, height: 2)
    try write("named/test/a/one.aedat", camera: "DVS128", width: 128, height: 2)
    options.dataSet = OwnDataSetRequest(path.appending("named"))
    #expect(
      try Conversion(options).run().warnings.map(\.description) == [
        "\(path)/named/train/a/one.aedat: 4 events lie outside the 128×128 sensor: left out"
      ])
  }

  @Test("with too many events on a pixel are rejected by name, without a window")
  func tooManyEvents() throws {
    try write("train/a/one.aedat", camera: "x", width: 1, height: 1, count: 131_072)
    var options = ConversionOptions(OwnDataSetRequest(path, allowsMissing: true))
    options.output = directory.file("own.h5")
    options.split = .number(frameCount: 1)
    #expect(
      failure(options)
        == "\(path)/train/a/one.aedat: a pixel has more than 65535 events in one frame of the "
        + "recording: use more or shorter frames")
  }

  @Test("that differ only in their suffix are rejected, with both names")
  func sameName() throws {
    try write("train/a/one.AEDAT", camera: "DVS128")
    try write("train/a/one.aedat", camera: "DVS128")
    try write("test/a/one.aedat", camera: "DVS128")
    #expect(
      error()
        == "\(path)/train/a/one.aedat: one.AEDAT beside it gives a sample of the same name: rename "
        + "one of the two")
  }

  @Test("of two cameras are rejected, unless --sensor is given")
  func twoCameras() throws {
    try write("train/a/one.aedat", camera: "DVS128")
    try write("test/a/one.aedat", camera: "DAVIS346B")
    #expect(
      error() == "\(path)/test/a/one.aedat: a sensor of 128×128 pixels expected, as of "
        + "\(path)/train/a/one.aedat, 346×260 found: 'dvsprep convert' with --sensor "
        + "WIDTHxHEIGHT uses one size for all")
    #expect(error(sensor: FrameShape(width: 346, height: 260)) == nil)
  }

  @Test("that are damaged or of another format are rejected by name")
  func damaged() throws {
    try write("train/a/one.aedat", camera: "DVS128")
    try write("test/a/one.aedat", camera: "DVS128")
    try writeFile(Array("nonsense".utf8), to: path.appending("test/a/two.aedat"))
    #expect(
      error()
        == "\(path)/test/a/two.aedat: byte 0: '#!AER-DAT3.1' expected, other data found")
  }

  @Test("become a cache whose samples are whole recordings")
  func conversion() throws {
    for split in ["train", "test"] {
      for name in ["left", "right", "none"] {
        try write("\(split)/\(name)/a b.aedat", camera: "x", width: 40, height: 24, count: 960)
      }
    }
    try write("train/none/empty.aedat", camera: "x", count: 0)
    var options = ConversionOptions(
      OwnDataSetRequest(path, sensor: FrameShape(width: 40, height: 24)))
    options.split = .number(frameCount: 4)
    options.output = directory.file("own.h5")
    let report = try Conversion(options).run()
    #expect(report.sampleCounts == [.train: 4, .test: 3])
    #expect(
      report.warnings.map(\.description) == [
        "\(path)/train/none/empty.aedat: no events in the recording: kept as frames of zeros "
          + "(--skip-empty leaves it out)"
      ])
    let cache = try FrameCache(opening: report.destination)
    #expect(cache.schema.classNames == ["left", "none", "right"])
    let records = cache.records[.train] ?? []
    #expect(records.map(\.name) == ["a b", "a b", "empty", "a b"])
    #expect(records.map(\.windowMicroseconds) == [1000..<10591, 1000..<10591, 0..<1, 1000..<10591])
    #expect(records.map(\.eventCount) == [960, 960, 0, 960])
    #expect(
      try CacheVerification(cache, threadCount: 1).defects(
        comparedWith: open(sensor: cache.schema.sensor)
      ).isEmpty)
  }

  @Test("whose class folders differ only in Unicode form are one class, or rejected in one split")
  func unicodeForms() throws {
    try write("train/\u{E9}/one.aedat", camera: "DVS128")
    try write("test/e\u{301}/two.aedat", camera: "DVS128")
    let dataSet = try open()
    #expect(dataSet.schema.classNames == ["\u{E9}"])
    #expect(dataSet.recordings.count == 2 && dataSet.warnings.isEmpty)
    #expect(dataSet.recordings.allSatisfy { $0.path.isRegularFile })
    var options = ConversionOptions(OwnDataSetRequest(path))
    options.output = directory.file("own.h5")
    #expect(try Conversion(options).run().sampleCounts == [.train: 1, .test: 1])
    #expect(try Conversion(options).run().outcome == .upToDate)
    try write("train/e\u{301}/three.aedat", camera: "DVS128")
    #expect(
      error()?.hasSuffix(
        "another entry has this name in another Unicode form: rename one of the two")
        == true)
  }

  @Test(
    "with more classes or frames than a cache can store are rejected before the work begins")
  func limits() throws {
    for name in ["train/a/one.aedat", "test/a/one.aedat"] {
      try write(name, camera: "x", width: 4, height: 4, count: 200)
    }
    var options = ConversionOptions(
      OwnDataSetRequest(path, sensor: FrameShape(width: 4, height: 4)))
    options.output = directory.file("own.h5")
    options.isDryRun = true
    options.split = .number(frameCount: 65_536)
    #expect(
      failure(options)
        == "\(directory.file("own.h5")): at most 65535 frames expected, a sample has 65536: use "
        + "fewer or longer frames")
    options = ConversionOptions(
      ManyClasses(dataSet: try open(sensor: FrameShape(width: 4, height: 4))))
    options.output = directory.file("own.h5")
    #expect(failure(options) == "\(path): 1 to 65535 classes expected, 65536 found")
  }

  private func failure(_ options: ConversionOptions) -> String? {
    do throws(FrameCacheError) { _ = try Conversion(options).run() } catch {
      return error.description
    }
    return nil
  }
}

/// A data set with one class more than a cache can store.
private struct ManyClasses: EventDataSet, DataSetRequest {
  let dataSet: any EventDataSet

  var path: FilePath { dataSet.path }
  var schema: DataSetSchema {
    var schema = dataSet.schema
    schema.classNames = (0...65_535).map(String.init)
    schema.mirroredLabels = Array(repeating: nil, count: 65_536)
    return schema
  }
  var recordings: [Recording] { dataSet.recordings }
  var readingOrder: [Int] { dataSet.readingOrder }
  var files: DataSetFiles { dataSet.files }
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

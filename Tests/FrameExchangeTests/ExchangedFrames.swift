import ClassFolders
import EventData
import FileAccess
import FrameCache
import FrameConversion
import FrameExchange
import GestureDataSet
import NumPyFiles
import Support
import SystemPackage
import Testing
import Threads
import ZipArchives

/// Conversions, exports and imports in a temporary folder.
struct ExchangedFrames {
  let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  /// Converts a data set.
  func converted(
    _ request: any DataSetRequest, _ split: FrameSplit, to name: String = "converted.h5"
  ) throws -> FrameCache {
    var options = ConversionOptions(request)
    options.output = folder.file(name)
    options.split = split
    _ = try Conversion(options).run()
    return try FrameCache(opening: folder.file(name))
  }

  /// Converts recordings of four gestures.
  func convertedGestures(_ split: FrameSplit) throws -> FrameCache {
    var generator = SeededGenerator(seed: 19)
    var files = SmallDataSet.random(using: &generator)
    // The order that a tree's names give.
    files.train.sort { $0.stem < $1.stem }
    for index in files.train.indices {
      files.train[index].rows.sort { $0.classNumber < $1.classNumber }
    }
    for index in files.test.indices {
      files.test[index].rows.sort { $0.classNumber < $1.classNumber }
    }
    try files.write(to: folder.file("DvsGesture"))
    return try converted(GestureDataSetRequest(folder.file("DvsGesture")), split)
  }

  /// Exports a cache into a folder, and returns the new one in it.
  @discardableResult
  func export(
    _ cache: FrameCache, to name: String = "root", _ layout: FrameExport.Layout,
    replacing: Bool = false
  ) throws -> FilePath {
    try FrameExport(
      cache, to: folder.file(name), layout, replacesExisting: replacing, threadCount: 2,
      observer: WorkObserver()
    ).run().destination
  }

  /// Finds frames that need no reading process.
  func found(_ path: FilePath, _ choice: FrameChoice = FrameChoice()) throws -> FoundFrames {
    try FoundFrames(
      at: path, choice,
      ForeignReading(reader: ["/bin/false"], folder: folder.path, observer: WorkObserver()))
  }

  /// Imports a folder.
  func imported(
    _ path: FilePath, _ choice: FrameChoice = FrameChoice(), to name: String = "imported.h5",
    observer: WorkObserver = WorkObserver()
  ) throws -> FrameCache {
    try CacheImport(
      try found(path, choice), to: folder.file(name), replacesExisting: true,
      compressionLevel: 1, threadCount: 2, observer: observer
    ).run()
  }

  /// The one-line message with which a folder is refused, without the path of the temporary folder.
  func refusal(_ path: FilePath, _ choice: FrameChoice = FrameChoice()) throws -> String {
    let error = #expect(throws: FrameCacheError.self) { try imported(path, choice) }
    let text = try #require(error?.description)
    #expect(!text.contains("\n"))
    return text.replacing("\(folder.path)/", with: "")
  }

  /// Checks that two caches have the same samples in the same order, except for times.
  func expectEqual(_ one: FrameCache, _ other: FrameCache) throws {
    #expect(one.schema == other.schema && one.elementType == other.elementType)
    #expect(one.settings.split == other.settings.split && one.frameCount == other.frameCount)
    var first = FrameDecoder(one)
    var second = FrameDecoder(other)
    var (counts, otherCounts): ([UInt16], [UInt16]) = ([], [])
    #expect(one.samples == other.samples)
    for sample in one.samples {
      var (record, found) = (one.record(of: sample), other.record(of: sample))
      #expect(
        record.frameStartMicroseconds.map { $0 >= 0 }
          == found.frameStartMicroseconds.map { $0 >= 0 })
      for path in [\SampleRecord.frameStartMicroseconds, \.frameEndMicroseconds] {
        record[keyPath: path] = []
        found[keyPath: path] = []
      }
      record.windowMicroseconds = 0..<1
      found.windowMicroseconds = 0..<1
      #expect(record == found)
      try first.decode(sample, into: &counts)
      try second.decode(sample, into: &otherCounts)
      #expect(counts == otherCounts, "\(record.name)")
    }
  }

  /// Writes a file of SpikingJelly's tree with 4 frames of 2 × 3 × 4 counts of any type.
  func writeSample(
    _ name: String, _ element: ElementDescription = ElementDescription(.unsigned, byteCount: 1),
    shape: [Int] = [4, 2, 3, 4], key: String = "frames", _ data: [UInt8]? = nil
  ) throws {
    let header = ArrayHeader(element, shape: shape)
    var archive = ZipEncoder(isCompressed: true)
    try archive.add(key, header, data ?? Array(repeating: 0, count: header.dataByteCount))
    let path = folder.path.pushing(FilePath("tree/\(name)"))
    try createDirectories(path.parentDirectory)
    try writeFile(archive.encoded(), to: path)
  }
}

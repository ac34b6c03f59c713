import EventData
import FrameCache
import FrameConversion
import GestureDataSet
import Support
import SystemPackage
import Testing

@testable import Train

@Suite("The identity of a cache")
struct CacheIdentityTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func cache(
    _ input: String, _ name: String, level: Int = 1, split: FrameSplit = .number(frameCount: 2)
  ) throws -> FrameCache {
    var options = ConversionOptions(GestureDataSetRequest(directory.file(input)))
    options.output = directory.file(name)
    options.split = split
    options.compressionLevel = level
    _ = try Conversion(options).run()
    return try FrameCache(opening: directory.file(name))
  }

  private func writeDataSet(_ name: String, seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    try SmallDataSet.random(using: &generator).write(to: directory.file("\(name)/DvsGesture"))
  }

  @Test("is the same for a folder, its archive, and any compression level")
  func sameSamples() throws {
    try writeDataSet("a", seed: 5)
    let result = try runCommand(
      "tar", ["-czf", "archive.tar.gz", "-C", "a", "DvsGesture"], in: directory.path)
    #expect(result.exitCode == 0)
    let folder = try CacheIdentity(cache("a", "folder.h5"))
    let archive = try cache("archive.tar.gz", "archive.h5")
    #expect(try CacheIdentity(archive) == folder)
    #expect(try CacheIdentity(cache("a", "level.h5", level: 12)) == folder)
    #expect(try folder.differences(from: CacheIdentity(archive)) == [])
    // 0.1.0 distinguished them.
    #expect(
      CacheIdentity(withSourcesOf: archive) != CacheIdentity(withSourcesOf: try cache("a", "b.h5")))
  }

  @Test("differs where other pixels were dropped, even if they are as many and the counts the same")
  func otherDroppedPixels() throws {
    func identity(_ name: String, dropping pixels: [Preprocessing.Pixel]) throws -> CacheIdentity {
      var cache = CustomCache(40, 24)
      cache.preprocessing = try Preprocessing(
        columns: 4..<38, rows: 2..<23, of: cache.schema.sensor, droppedPixels: pixels)
      try cache.write(to: directory.file(name))
      return try CacheIdentity(try FrameCache(opening: directory.file(name)))
    }
    let first = try identity("a.h5", dropping: [.init(x: 0, y: 0), .init(x: 5, y: 9)])
    let same = try identity("b.h5", dropping: [.init(x: 0, y: 0), .init(x: 5, y: 9)])
    var other = try identity("c.h5", dropping: [.init(x: 0, y: 0), .init(x: 6, y: 9)])
    #expect(first == same && first.differences(from: same).isEmpty)
    #expect(first.contentHash == other.contentHash)
    #expect(first.differences(from: other) == ["the cache has other dropped pixels"])
    #expect(other.differences(from: first) == ["the cache has other dropped pixels"])
    // A checkpoint of an earlier version has only the words.
    other.dataSet?.sensorPreprocessing = nil
    #expect(other.differences(from: first).isEmpty)
  }

  @Test("differs where a count differs, even if all records are the same")
  func otherCounts() throws {
    try writeDataSet("a", seed: 5)
    let first = try cache("a", "first.h5")
    let checksums = try first.contentChecksums()
    #expect(checksums.count == first.samples.count && Set(checksums).count > 1)
    try writeDataSet("b", seed: 6)
    let second = try cache("b", "second.h5")
    #expect(try CacheIdentity(second) != CacheIdentity(first))
    #expect(try second.contentChecksums() != checksums)
    let differences = try CacheIdentity(first).differences(from: CacheIdentity(second))
    #expect(differences.count == 1 && differences[0].hasPrefix("the cache contains other samples"))
  }
}

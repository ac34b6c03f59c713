import EventData
import FileAccess
import FrameConversion
import HDF5Reading
import Support
import SystemPackage
import Testing

@testable import FrameCache

@Suite("Damaged caches are rejected by name", .serialized)
struct DamagedCachesTests {
  private let directory: TemporaryDirectory
  private let path: FilePath
  private let original: [UInt8]

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file("cache.h5")
    try ConvertedCache.write(path, seed: 7)
    original = try readFile(path)
  }

  private func restore() throws { try writeFile(original, to: path) }

  private func openingError() -> FrameCacheError? {
    do throws(FrameCacheError) {
      _ = try FrameCache(opening: path)
      return nil
    } catch {
      return error
    }
  }

  private func defects() throws -> [FrameCacheError] {
    try CacheVerification(try FrameCache(opening: path), threadCount: 2).defects()
  }

  @Test("a valid cache has no defects")
  func validCache() throws {
    #expect(try defects().isEmpty)
  }

  @Test(
    "a missing attribute is named",
    arguments: [
      "format", "version", "frames_number", "split_by", "duration_us", "invalid_events",
      "empty_windows", "selection", "class_names", "axes", "tool",
    ])
  func missingAttribute(name: String) throws {
    CacheDamage.removeAttribute(name, of: path)
    let error = try #require(openingError())
    #expect(error.description == "\(path): attribute \(name): the attribute is missing")
  }

  @Test("a missing dataset or group is named")
  func missingObject() throws {
    let columns = [
      "frames", "labels", "names", "recording", "subject", "lighting", "window_start_us",
      "window_end_us", "event_count", "frame_count", "frame_start_us", "frame_end_us",
    ]
    let names =
      ["train", "test", "sources", "sources/name", "sources/xxh3_64"]
      + columns.flatMap { ["train/\($0)", "test/\($0)"] }
    for name in names {
      try restore()
      CacheDamage.removeObject(name, of: path)
      let error = try #require(openingError())
      #expect(error.location == "/\(name)")
      #expect(error.detail.contains("is missing"))
    }
  }

  @Test("a flipped byte in any chunk is detected, with the sample's name")
  func flippedChunk() throws {
    let cache = try FrameCache(opening: path)
    var triedCount = 0
    for sample in cache.samples {
      let chunk = try #require(cache.chunks[sample.split]?[sample.number])
      for byteOffset in [
        chunk.lowerBound, chunk.lowerBound + chunk.count / 2, chunk.upperBound - 1,
      ] {
        try restore()
        try CacheDamage.flip(path, byteOffset: byteOffset)
        let found = try defects()
        #expect(found.count == 1)
        #expect(found.first?.code == .chunk)
        #expect(found.first?.location == cache.location(of: sample))
        triedCount += 1
      }
    }
    print("flipped bytes in chunks tried: \(triedCount)")
  }

  @Test("a file truncated anywhere is rejected")
  func truncatedFile() throws {
    var triedCount = 0
    for byteCount in stride(from: 0, to: original.count, by: max(1, original.count / 200)) {
      try CacheDamage.truncate(path, to: byteCount)
      #expect(openingError() != nil, "\(byteCount) of \(original.count) bytes")
      try restore()
      triedCount += 1
    }
    try CacheDamage.truncate(path, to: original.count - 1)
    #expect(openingError() != nil)
    print("truncated caches tried: \(triedCount + 1)")
  }

  @Test("a flipped bit of the structure is detected or harmless")
  func flippedStructure() throws {
    let cache = try FrameCache(opening: path)
    let chunks = cache.chunks.values.flatMap { $0 }
    var generator = SeededGenerator(seed: 5)
    var (detectedCount, harmlessCount) = (0, 0)
    while detectedCount + harmlessCount < 400 {
      let byteOffset = Int.random(in: original.indices, using: &generator)
      // Unused space is zeros.
      if original[byteOffset] == 0 || chunks.contains(where: { $0.contains(byteOffset) }) {
        continue
      }
      var damaged = original
      damaged[byteOffset] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      try writeFile(damaged, to: path)
      if openingError() != nil {
        detectedCount += 1
      } else {
        let other = try FrameCache(opening: path)
        #expect(other.records == cache.records && other.sources == cache.sources)
        #expect(other.chunks == cache.chunks && other.settings == cache.settings)
        harmlessCount += 1
      }
    }
    print("flipped bits of the structure: \(detectedCount) detected, \(harmlessCount) harmless")
  }

  @Test("a link to another file is not followed")
  func links() throws {
    for name in ["train/labels", "sources"] {
      try restore()
      CacheDamage.removeObject(name, of: path)
      CacheDamage.linkOutside(name, of: path, to: directory.file("pipe"))
      let error = try #require(openingError())
      #expect(
        error.detail
          == "an object in the file expected, an external link found")
      #expect((error.cause as? HDF5ReadingError)?.code == .unexpected)
    }
  }

  @Test("a file of another format is rejected", arguments: [0, 1, 7, 8, 100, 5000])
  func foreignFile(byteCount: Int) throws {
    try writeFile((0..<byteCount).map { UInt8($0 % 251) }, to: path)
    #expect(openingError() != nil)
  }
}

import EventData
import FileAccess
import FrameConversion
import Support
import SystemPackage
import Testing

@testable import FrameCache

@Suite("A cache whose file changes while it is open", .timeLimit(.minutes(30)))
struct ChangedCacheTests {
  private let directory: TemporaryDirectory
  private let path: FilePath
  private let cache: FrameCache
  private let bytes: [UInt8]

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file("cache.h5")
    try ConvertedCache.write(path, seed: 11)
    cache = try FrameCache(opening: path)
    bytes = try readFile(path)
  }

  /// The errors of decoding each sample.
  private func defects() -> [FrameCacheError] {
    var decoder = FrameDecoder(cache)
    var counts: [UInt16] = []
    return cache.samples.compactMap { sample in
      do throws(FrameCacheError) { try decoder.decode(sample, into: &counts) } catch {
        #expect(error.code == .chunk && error.location == cache.location(of: sample))
        return error
      }
      return nil
    }
  }

  @Test("reports that it has shrunk to every reader, and once to verification")
  func truncated() throws {
    #expect(defects().isEmpty && cache.isUnchanged)
    try writeFile([], to: path)
    let defects = defects()
    #expect(defects.count == cache.samples.count && !cache.isUnchanged)
    #expect(defects.allSatisfy { $0.detail.contains("the file has shrunk since it was opened") })
    #expect(defects.allSatisfy { $0.cause is FileError })
    for threadCount in [0, 1, 4] {
      var loader = FrameLoader(cache, batches: [cache.samples], threadCount: threadCount)
      let error = #expect(throws: FrameCacheError.self) { _ = try loader.next() }
      #expect(error == defects[0])
    }
    let verification = CacheVerification(cache, threadCount: 1)
    #expect(#expect(throws: FrameCacheError.self) { try verification.defects() } == defects[0])
  }

  @Test("reports the change together with a wrong checksum")
  func overwritten() throws {
    try writeFile(bytes.map { ~$0 }, to: path)
    try touch(path)
    let defects = defects()
    #expect(defects.count == cache.samples.count)
    #expect(
      defects.allSatisfy { $0.detail.hasSuffix(": the file has changed since it was opened") })
  }

  @Test("stays the same if another file takes its name")
  func replaced() throws {
    try removeTree(path)
    try writeFile([1], to: path)
    #expect(defects().isEmpty)
    #expect(try CacheVerification(cache, threadCount: 2).defects().isEmpty)
  }
}

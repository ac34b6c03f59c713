import EventData
import FrameCache
import SpikingNetwork
import Support
import Testing

@testable import Train

@Suite("Sample keys")
struct SampleKeysTests {
  @Test("are unique in a cache, and do not depend on batches")
  func keys() throws {
    let directory = try TemporaryDirectory()
    let small = try SmallCache(in: directory)
    func keys(batchSize: Int) throws -> [Int] {
      var loader = FrameLoader(
        small.cache,
        batches: BatchPlan.inOrder(samples: small.cache.samples, batchSize: batchSize),
        threadCount: 0)
      var keys: [Int] = []
      while let batch = try loader.nextBatch() {
        keys += try #require(LabelledFrames(batch).sampleKeys)
      }
      return keys
    }
    let found = try keys(batchSize: 3)
    #expect(Set(small.cache.samples.map(\.split)).count == 2, "both splits are needed")
    #expect(found.count == small.cache.samples.count)
    #expect(Set(found).count == found.count)
    #expect(try keys(batchSize: 4) == found)
  }
}

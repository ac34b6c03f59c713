import EventData
import FrameCache
import SpikingNetwork
import Support
import Testing

@testable import Train

@Suite("Keys of samples")
struct SampleKeysTests {
  @Test("tell all samples of a cache apart, and stay theirs")
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
    #expect(Set(small.cache.samples.map(\.split)).count == 2, "or this shows little")
    #expect(found.count == small.cache.samples.count)
    #expect(Set(found).count == found.count)
    #expect(try keys(batchSize: 4) == found)
  }
}

import EventData
import FrameCache
import RandomStreams
import Testing

@Suite("Batch plans")
struct BatchPlanTests {
  private let samples = (0..<23).map { SampleIndex(.train, $0) }

  private func training(seed: UInt64 = 2020, epoch: Int = 0, batchSize: Int = 5) -> [[SampleIndex]]
  {
    BatchPlan.training(samples: samples, batchSize: batchSize, seed: seed, epoch: epoch)
  }

  @Test("for training are full and have distinct samples, at every batch size", arguments: 1...24)
  func wholeBatches(batchSize: Int) {
    let batches = training(batchSize: batchSize)
    #expect(batches.count == samples.count / batchSize)
    #expect(batches.allSatisfy { $0.count == batchSize })
    let used = batches.flatMap { $0 }
    #expect(Set(used).count == used.count && Set(used).isSubset(of: samples))
  }

  @Test("for training follow the documented random generator")
  func documentedOrder() {
    var random = SplitMix64(seed: 7, key: [2, 3])
    let order = random.permutation(of: 23).map { samples[$0] }
    #expect(training(seed: 7, epoch: 3).flatMap { $0 } == Array(order.prefix(20)))
  }

  @Test("depend on seed and epoch, and on nothing else")
  func repeatability() {
    #expect(training(seed: 1, epoch: 2) == training(seed: 1, epoch: 2))
    #expect(training(seed: 1, epoch: 2) != training(seed: 1, epoch: 3))
    #expect(training(seed: 1, epoch: 2) != training(seed: 2, epoch: 2))
    #expect(training(seed: 1, epoch: 2) != training(seed: 2, epoch: 1))
  }

  @Test("cover every sample within a few epochs")
  func coverage() {
    let used = Set((0..<20).flatMap { training(epoch: $0).flatMap { $0 } })
    #expect(used == Set(samples))
  }

  @Test("in order keep every sample and their order, at every batch size", arguments: 1...24)
  func inOrder(batchSize: Int) {
    let batches = BatchPlan.inOrder(samples: samples, batchSize: batchSize)
    #expect(batches.flatMap { $0 } == samples)
    #expect(batches.dropLast().allSatisfy { $0.count == batchSize })
    #expect(batches.allSatisfy { !$0.isEmpty && $0.count <= batchSize })
  }

  @Test("of no samples are empty")
  func empty() {
    #expect(BatchPlan.training(samples: [], batchSize: 3, seed: 0, epoch: 0).isEmpty)
    #expect(BatchPlan.inOrder(samples: [], batchSize: 3).isEmpty)
  }

  @Test("with a batch size of 0 trap")
  func zeroBatchSize() async {
    await #expect(processExitsWith: .failure) {
      _ = BatchPlan.inOrder(samples: [SampleIndex(.train, 0)], batchSize: 0)
    }
  }
}

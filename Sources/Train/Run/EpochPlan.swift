internal import FrameCache
internal import SpikingNetwork

/// The batches of an epoch, and how they are grouped into optimizer steps.
struct EpochPlan {
  /// The samples of each batch, of all ranks together.
  let batches: [[SampleIndex]]
  private let accumulationCount: Int

  /// Plans a training epoch: shuffles the samples and divides them into batches.
  init(_ samples: [SampleIndex], _ settings: TrainingSettings, epoch: Int) {
    batches = BatchPlan.training(
      samples: samples, batchSize: settings.batchSize, seed: settings.seed, epoch: epoch)
    accumulationCount = settings.accumulationCount
  }

  /// The samples of each batch that a rank takes, from a batch on.
  func parts(of ranks: RankGroup, from first: Int) -> [[SampleIndex]] {
    batches[first...].map { ranks.isSingle ? $0 : Array($0[ranks.part(of: $0.count)]) }
  }

  /// Whether `batch` is the first of an optimizer step, or the end of the epoch.
  func isStepBoundary(_ batch: Int) -> Bool {
    batch == batches.count
      || (batches.indices.contains(batch) && batch.isMultiple(of: accumulationCount))
  }

  /// The batches of the optimizer step whose first is `batch`.
  func step(at batch: Int) -> Range<Int> {
    batch..<min(batches.count, batch + accumulationCount)
  }
}

internal import FrameCache

/// The batches of an epoch, and how they are grouped into optimizer steps.
struct EpochPlan {
  /// The samples of each batch.
  let batches: [[SampleIndex]]
  private let accumulationCount: Int

  /// Plans a training epoch: shuffles the samples and divides them into batches.
  init(_ samples: [SampleIndex], _ settings: TrainingSettings, epoch: Int) {
    batches = BatchPlan.training(
      samples: samples, batchSize: settings.batchSize, seed: settings.seed, epoch: epoch)
    accumulationCount = settings.accumulationCount
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

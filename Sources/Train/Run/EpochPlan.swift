internal import FrameCache

/// The batches of an epoch, and which of them make an optimizer step.
struct EpochPlan {
  /// The samples of each batch.
  let batches: [[SampleIndex]]
  private let accumulationCount: Int

  /// Plans an epoch of training.
  init(_ samples: [SampleIndex], _ settings: TrainingSettings, epoch: Int) {
    batches = BatchPlan.training(
      samples: samples, batchSize: settings.batchSize, seed: settings.seed, epoch: epoch)
    accumulationCount = settings.accumulationCount
  }

  /// Whether an optimizer step begins at a batch; after the last one, the epoch ends.
  func isStepBoundary(_ batch: Int) -> Bool {
    batch == batches.count
      || (batches.indices.contains(batch) && batch.isMultiple(of: accumulationCount))
  }

  /// The batches of the optimizer step that begins at a batch.
  func step(at batch: Int) -> Range<Int> {
    batch..<min(batches.count, batch + accumulationCount)
  }
}

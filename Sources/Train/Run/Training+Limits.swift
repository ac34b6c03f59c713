/// Whether training has reached the limits of a run.
extension Training {
  /// The number of training samples of each epoch: those of full batches.
  package var samplesPerEpoch: Int { plan.batchesPerEpoch * settings.batchSize }

  /// Whether the run has nothing left to do.
  func isDone(by options: RunOptions) -> Bool {
    position.epoch >= options.epochCount
      || (isAtStepLimit(of: options) && position.batchCount < plan.batchesPerEpoch)
  }

  /// Whether the maximum number of optimizer steps is reached; the epoch's test pass may still be
  /// due.
  func isAtStepLimit(of options: RunOptions) -> Bool {
    options.maximumStepCount.map { stepCount >= $0 } ?? false
  }
}

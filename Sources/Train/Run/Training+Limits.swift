/// How far the options of a run take a training.
extension Training {
  /// Whether all epochs or all optimizer steps are done.
  func isDone(by options: RunOptions) -> Bool {
    position.epoch >= options.epochCount
      || (isAtStepLimit(of: options) && position.batchCount < plan.batchesPerEpoch)
  }

  /// Whether all optimizer steps are done; the test pass of an epoch may still be to come.
  func isAtStepLimit(of options: RunOptions) -> Bool {
    options.maximumStepCount.map { stepCount >= $0 } ?? false
  }
}

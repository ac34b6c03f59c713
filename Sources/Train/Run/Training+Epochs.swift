internal import FrameCache
internal import SpikingNetwork

extension Training {
  /// Trains an epoch and tests it.
  ///
  /// - Returns: Why the run ends in its middle; `nil` where the epoch is complete.
  func runEpoch() throws(TrainError) -> Outcome? {
    let plan = EpochPlan(samples.training, settings, epoch: position.epoch)
    let watch = Stopwatch()
    let firstBatch = position.batchCount
    if let outcome = try train(plan) { return outcome }
    let trainingSeconds = watch.seconds
    let isDue =
      (position.epoch + 1).isMultiple(of: options.evaluationInterval)
      || position.epoch + 1 == options.epochCount
    let validation = isDue ? try evaluate(samples.validation, stage: "validation") : nil
    let test = isDue ? try evaluate(samples.test, stage: "test") : nil
    var isBest = false
    if let accuracy = (validation ?? test)?.accuracy, accuracy > position.bestAccuracy ?? -1 {
      position.bestAccuracy = accuracy
      position.bestEpoch = position.epoch
      isBest = true
    }
    let trainedCount = (plan.batches.count - firstBatch) * settings.batchSize
    var report = EpochReport(
      epoch: position.epoch, stepCount: stepCount, learningRate: learningRate,
      trainingLoss: position.lossSum / Double(position.sampleCount),
      trainingAccuracy: Double(position.correctCount) / Double(position.sampleCount),
      validation: validation, test: test, bestAccuracy: position.bestAccuracy,
      bestEpoch: position.bestEpoch, bestIsValidation: !samples.validation.isEmpty,
      trainingSeconds: trainingSeconds, totalSeconds: watch.seconds,
      samplesPerSecond: trainingSeconds > 0 ? Double(trainedCount) / trainingSeconds : 0,
      secondsLeft: nil)
    report.secondsLeft = secondsLeft(report)
    // The log first: were the checkpoint first, a crash between the two would lose the epoch's line. The other way
    // round the epoch is trained again, and its line written again.
    try log?.append(report)
    // Pictures, too: behind a checkpoint, those of the last epoch would stay undone after a crash.
    pictures?.update(report)
    position.beginNextEpoch()
    let checkpoint = try checkpoint()
    if isBest { try writeCheckpoint(checkpoint, folder.files.bestCheckpoint) }
    try writeCheckpoint(checkpoint, folder.files.latestCheckpoint)
    observer.onEpoch(report)
    return nil
  }

  /// - Returns: `nil` where the epoch went on behind its last batch, so that nothing is known of the speed.
  private func secondsLeft(_ report: EpochReport) -> Double? {
    guard report.samplesPerSecond > 0 else { return nil }
    let sampleCount = batchesPerEpoch * settings.batchSize
    let testSeconds =
      (report.totalSeconds - report.trainingSeconds) / Double(options.evaluationInterval)
    let epochSeconds = Double(sampleCount) / report.samplesPerSecond + testSeconds
    return epochSeconds * Double(options.epochCount - position.epoch - 1)
  }

  private func evaluate(
    _ samples: [SampleIndex], stage: String
  ) throws(TrainError) -> EvaluationReport? {
    if samples.isEmpty { return nil }
    return try Evaluation(
      cache, samples: samples, batchSize: settings.batchSize,
      loaderThreadCount: options.loaderThreadCount
    ).run(engine, loss: settings.loss, stage: stage, observer: observer)
  }
}

internal import FrameCache
internal import SpikingNetwork

extension TrainingLoop {
  /// Trains the rest of an epoch, evaluates if that is due, and writes the results.
  ///
  /// - Returns: Whether the epoch is complete; `false` if the step limit was reached first.
  func runEpoch() throws(TrainError) -> Bool {
    let number = training.position.epoch
    let epoch = training.plan.epoch(number)
    let watch = Stopwatch()
    let firstBatch = training.position.batchCount
    guard try train(epoch) else { return false }
    let trainingSeconds = watch.seconds
    let isDue =
      (number + 1).isMultiple(of: options.evaluationInterval) || number + 1 == options.epochCount
    let samples = training.samples
    let validation = isDue ? try evaluate(samples.validation, stage: "validation") : nil
    let test = isDue ? try evaluate(samples.test, stage: "test") : nil
    let isBest = (validation ?? test).map { training.recordAccuracy($0.accuracy) } ?? false
    let position = training.position
    let trainedCount = (epoch.batches.count - firstBatch) * training.settings.batchSize
    var report = EpochReport(
      epoch: number, stepCount: training.stepCount, learningRate: training.learningRate,
      trainingLoss: position.lossSum / Double(position.sampleCount),
      trainingAccuracy: Double(position.correctCount) / Double(position.sampleCount),
      validation: validation, test: test, bestAccuracy: position.bestAccuracy,
      bestEpoch: position.bestEpoch, bestIsValidation: !samples.validation.isEmpty,
      trainingSeconds: trainingSeconds, totalSeconds: watch.seconds,
      samplesPerSecond: trainingSeconds > 0 ? Double(trainedCount) / trainingSeconds : 0,
      machine: RunMachine(running: training.engine), secondsLeft: nil)
    report.secondsLeft = secondsLeft(after: report)
    // Logs and pictures before the checkpoint: after a crash between the two, the epoch is trained
    // and written again. In the other order, its line and its pictures would be lost.
    try save(isBest: isBest) { () throws(TrainError) in
      try writer?.append(report)
      training.beginNextEpoch()
    }
    observer.onEpoch(report)
    return true
  }

  private func evaluate(
    _ samples: [SampleIndex], stage: String
  ) throws(TrainError) -> EvaluationReport? {
    if samples.isEmpty { return nil }
    let settings = training.settings
    return try Evaluation(
      training.plan.cache, samples: samples, batchSize: settings.batchSize,
      loaderThreadCount: options.loaderThreadCount, ranks: training.ranks
    ).run(training.engine, loss: settings.loss, stage: stage, observer: observer)
  }

  /// Estimates the time until the last epoch ends, assuming that epochs take as long as this one.
  ///
  /// - Returns: `nil` if the epoch was resumed after its last batch, so that the speed is unknown.
  private func secondsLeft(after report: EpochReport) -> Double? {
    guard report.samplesPerSecond > 0 else { return nil }
    let sampleCount = training.plan.batchesPerEpoch * training.settings.batchSize
    // Evaluations take place every `evaluationInterval` epochs: their time is spread over these.
    let testSeconds =
      (report.totalSeconds - report.trainingSeconds) / Double(options.evaluationInterval)
    let epochSeconds = Double(sampleCount) / report.samplesPerSecond + testSeconds
    return epochSeconds * Double(options.epochCount - report.epoch - 1)
  }
}

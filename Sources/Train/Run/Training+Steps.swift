internal import FileAccess
internal import FrameCache
internal import SpikingNetwork
internal import SystemPackage

extension Training {
  var learningRate: Double {
    settings.schedule.learningRate(settings.learningRate, epoch: position.epoch)
  }

  var isAtStepLimit: Bool {
    options.maximumStepCount.map { stepCount >= $0 } ?? false
  }

  /// Trains the rest of an epoch.
  ///
  /// - Returns: Why it ends before that; `nil` where it does not.
  func train(_ plan: EpochPlan) throws(TrainError) -> Outcome? {
    var loader = FrameLoader(
      cache, batches: Array(plan.batches[position.batchCount...]),
      threadCount: options.loaderThreadCount)
    while position.batchCount < plan.batches.count {
      if isAtStepLimit {
        try save()
        return .stepLimit
      }
      let report = try takeStep(plan.step(at: position.batchCount), &loader)
      if let interval = options.logInterval, stepCount.isMultiple(of: interval) {
        try log?.append(report)
      }
      observer.onProgress(
        .init(
          stage: "epoch \(position.epoch) of \(options.epochCount)",
          completedCount: position.batchCount * settings.batchSize,
          totalCount: plan.batches.count * settings.batchSize))
      if observer.isCancelled() { throw TrainError(.cancelled, "", "", "stopped") }
      if let interval = options.saveInterval, stepCount.isMultiple(of: interval) { try save() }
    }
    return nil
  }

  private func takeStep(
    _ batches: Range<Int>, _ loader: inout FrameLoader
  ) throws(TrainError) -> StepReport {
    let watch = Stopwatch()
    var sums = StepSums()
    let options = GradientOptions(
      loss: settings.loss, precision: settings.precision, scale: 1 / Float(batches.count))
    for number in batches {
      guard let batch = try loader.nextBatch() else {
        preconditionFailure("the loader ended before batch \(number)")
      }
      isAtBorder = false
      let dropout = DropoutMasks(
        network: settings.network, sampleCount: batch.sampleCount, seed: settings.seed,
        batchNumber: position.epoch * batchesPerEpoch + number)
      do throws(EngineError) {
        let result = try engine.accumulateGradients(
          LabelledFrames(batch), dropout: dropout, options: options)
        sums.add(result, labels: batch.labels)
      } catch {
        throw TrainError(error)
      }
      loader.recycle(batch)
    }
    try checkIsFinite(sums)
    do throws(EngineError) {
      try engine.update(by: settings.optimizer, learningRate: learningRate)
    } catch {
      throw TrainError(error)
    }
    stepCount += 1
    position.batchCount = batches.upperBound
    position.lossSum += sums.lossSum
    position.correctCount += sums.correctCount
    position.sampleCount += sums.sampleCount
    isAtBorder = true
    return StepReport(
      step: stepCount, epoch: position.epoch, learningRate: learningRate,
      loss: sums.lossSum / Double(sums.sampleCount),
      accuracy: Double(sums.correctCount) / Double(sums.sampleCount),
      spikeCounts: sums.spikeCounts, seconds: watch.seconds)
  }

  private struct StepSums {
    var lossSum = 0.0
    var correctCount = 0
    var sampleCount = 0
    var spikeCounts = [Int](repeating: 0, count: NetworkDescription.neuronLayerCount)

    mutating func add(_ result: BatchResult, labels: [UInt8]) {
      lossSum += result.loss * Double(labels.count)
      correctCount += zip(result.predictions, labels).count { $0 == Int($1) }
      sampleCount += labels.count
      for (layer, counts) in result.spikeCounts.enumerated() {
        spikeCounts[layer] += counts.reduce(0, +)
      }
    }
  }

  private func checkIsFinite(_ sums: StepSums) throws(TrainError) {
    let parameter = engine.firstParameterWithNonFiniteGradient()
    if sums.lossSum.isFinite && parameter == nil { return }
    let found =
      [
        sums.lossSum.isFinite ? nil : "the loss is \(sums.lossSum)",
        parameter.map { "the gradient of \($0) is not finite" },
      ].compactMap { $0 }.joined(separator: ", and ")
    throw TrainError(
      .divergence, "", "epoch \(position.epoch), step \(stepCount + 1)",
      "\(found); \(keptText): a smaller -lr may help")
  }

  var keptText: String {
    folder.files.latestCheckpoint.exists
      ? "\(folder.files.latestCheckpoint) is from before" : "there is no checkpoint yet"
  }
}

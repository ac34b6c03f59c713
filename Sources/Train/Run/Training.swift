internal import FrameCache
package import SpikingNetwork
internal import SystemPackage

/// The state of a training: its plan, its engine and its position.
///
/// It writes no files. ``TrainingLoop`` decides when to take a step and when an epoch ends.
package final class Training {
  let plan: TrainingPlan
  /// The engine that computes.
  package let engine: any Engine
  /// How far training has come.
  package private(set) var position: TrainingPosition
  /// The number of optimizer steps since the start of training.
  package private(set) var stepCount: Int
  /// The numerics versions of all engines that took a step; `nil` if not recorded.
  private(set) var numerics: NumericsVersion?
  /// The engine's state before the current optimizer step, if that has several batches.
  ///
  /// Each batch updates batch norm's statistics, so a step that fails halfway must be undone.
  private var stateBeforeStep: NetworkState?

  /// The state after the last complete optimizer step.
  var state: NetworkState { stateBeforeStep ?? engine.state }

  /// The settings of the training.
  package var settings: TrainingSettings { plan.settings }
  /// The processes that train together.
  var ranks: RankGroup { plan.ranks }
  /// The training, validation and test samples.
  package var samples: SampleSplit { plan.samples }

  /// Creates a training at a starting point, and its engine.
  init(
    _ plan: TrainingPlan, from start: StartingPoint,
    makeEngine: (NetworkDescription, NetworkState) throws(TrainError) -> any Engine
  ) throws(TrainError) {
    self.plan = plan
    position = start.position
    stepCount = start.state.optimizerStepCount
    engine = try makeEngine(plan.settings.network, start.state)
    numerics =
      if let resumed = start.resumed {
        resumed.numerics
      } else {
        engine.numerics(plan.settings.precision)
      }
  }

  /// The learning rate of the current epoch.
  var learningRate: Double {
    settings.schedule.learningRate(settings.learningRate, epoch: position.epoch)
  }

  /// Takes an optimizer step.
  ///
  /// - Parameters:
  ///   - batches: The indices of the step's batches in the epoch.
  ///   - epoch: The epoch.
  ///   - loader: The loader that decodes this rank's parts of these batches next.
  /// - Throws: ``TrainError``, with code `divergence` if the loss or a gradient is not finite; then
  ///   the weights are unchanged.
  func takeStep(
    _ batches: Range<Int>, of epoch: EpochPlan, from loader: inout FrameLoader
  ) throws(TrainError) -> StepReport {
    let watch = Stopwatch()
    var sums = StepSums()
    let options = GradientOptions(
      loss: settings.loss, precision: settings.precision, scale: 1 / Float(batches.count))
    // With a single batch, no frames can fail to load after the statistics have changed.
    if batches.count > 1 { stateBeforeStep = engine.state }
    for number in batches {
      // No rank may begin a batch that another one cannot read: it would wait for its sums.
      let batch = try ranks.agree { () throws(TrainError) in
        guard let batch = try loader.nextBatch() else {
          preconditionFailure("the loader ended before batch \(number)")
        }
        return batch
      }
      let labels =
        ranks.isSingle
        ? batch.labels : epoch.batches[number].map { plan.cache.record(of: $0).label }
      let result = try ranks.whole(
        try accumulateGradients(batch, number: number, options), labels: labels,
        loss: settings.loss, of: settings.network)
      sums.add(result, labels: labels)
      loader.recycle(batch)
    }
    do throws(EngineError) { try engine.reduceGradients() } catch { throw TrainError(error) }
    try checkIsFinite(sums)
    // Released before the weights change: a second reference would cause a copy.
    stateBeforeStep = nil
    do throws(EngineError) {
      try engine.update(by: settings.optimizer, learningRate: learningRate)
    } catch {
      throw TrainError(error)
    }
    stepCount += 1
    numerics = (numerics ?? .unknown).followed(by: engine.numerics(settings.precision))
    position.batchCount = batches.upperBound
    position.lossSum += sums.loss
    position.correctCount += sums.correctCount
    position.sampleCount += sums.sampleCount
    return StepReport(
      step: stepCount, epoch: position.epoch, learningRate: learningRate,
      loss: sums.loss / Double(sums.sampleCount),
      accuracy: Double(sums.correctCount) / Double(sums.sampleCount),
      spikeCounts: sums.spikeCounts, seconds: watch.seconds)
  }

  /// Records the epoch's accuracy on validation samples if there are any, else on test samples.
  ///
  /// - Returns: Whether it is strictly better than all before.
  func recordAccuracy(_ accuracy: Double) -> Bool {
    guard accuracy > position.bestAccuracy ?? -1 else { return false }
    position.bestAccuracy = accuracy
    position.bestEpoch = position.epoch
    return true
  }

  /// Moves to the start of the next epoch.
  func beginNextEpoch() { position.beginNextEpoch() }

  private func accumulateGradients(
    _ batch: FrameBatch, number: Int, _ options: GradientOptions
  ) throws(TrainError) -> BatchResult {
    let dropout = DropoutMasks(
      network: settings.network, samples: ranks.part(of: settings.batchSize), seed: settings.seed,
      batchNumber: position.epoch * plan.batchesPerEpoch + number)
    do throws(EngineError) {
      return try engine.accumulateGradients(
        LabelledFrames(batch), dropout: dropout, options: options)
    } catch {
      throw TrainError(error)
    }
  }

  private func checkIsFinite(_ sums: StepSums) throws(TrainError) {
    let parameter = engine.firstParameterWithNonFiniteGradient()
    if sums.loss.isFinite && parameter == nil { return }
    let found = [
      sums.loss.isFinite ? nil : "the loss is \(sums.loss)",
      parameter.map { "the gradient of \($0) is not finite" },
    ].compactMap { $0 }.joined(separator: ", and ")
    // All ranks have the same loss and gradients.
    throw TrainError(
      .divergence, "", "epoch \(position.epoch), step \(stepCount + 1)", found
    ).shared
  }
}

internal import FrameCache
package import SpikingNetwork
internal import SystemPackage

/// A training: its plan, the engine that computes, and how far it is.
///
/// It writes no file and decides nothing: ``TrainingLoop`` says when to take a step and when an
/// epoch ends.
package final class Training {
  let plan: TrainingPlan
  /// The engine.
  package let engine: any Engine
  /// How far it is.
  package private(set) var position: TrainingPosition
  /// Optimizer steps so far, since the start of training.
  package private(set) var stepCount: Int
  /// Which bits the state has: those of all engines that took a step; `nil` where that was not
  /// noted.
  private(set) var numerics: NumericsVersion?
  /// Where a part of an optimizer step has been computed, the engine's state from before: the part
  /// has changed its statistics.
  private var stateBeforeStep: NetworkState?

  /// The state after the last whole optimizer step.
  var state: NetworkState { stateBeforeStep ?? engine.state }

  /// What training computes.
  package var settings: TrainingSettings { plan.settings }
  /// Which samples train, validate and test.
  package var samples: SampleSplit { plan.samples }

  /// Makes the engine of a training that has come to a starting point.
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

  /// The learning rate of the epoch.
  var learningRate: Double {
    settings.schedule.learningRate(settings.learningRate, epoch: position.epoch)
  }

  /// Takes an optimizer step.
  ///
  /// - Parameters:
  ///   - batches: The step's batches, by their numbers in the epoch.
  ///   - loader: Decodes them.
  /// - Throws: ``TrainError``; with code `divergence` when loss or gradients are not finite, and
  ///   then no step was taken.
  func takeStep(
    _ batches: Range<Int>, from loader: inout FrameLoader
  ) throws(TrainError) -> StepReport {
    let watch = Stopwatch()
    var sums = StepSums()
    let options = GradientOptions(
      loss: settings.loss, precision: settings.precision, scale: 1 / Float(batches.count))
    // Where there is but one batch, its part of the step is the whole.
    if batches.count > 1 { stateBeforeStep = engine.state }
    for number in batches {
      guard let batch = try loader.nextBatch() else {
        preconditionFailure("the loader ended before batch \(number)")
      }
      sums.add(try accumulateGradients(batch, number: number, options), labels: batch.labels)
      loader.recycle(batch)
    }
    do throws(EngineError) {
      try engine.reduceGradients()
      try sums.reduce(by: engine.reducer)
    } catch {
      throw TrainError(error)
    }
    try checkIsFinite(sums)
    // Kept while the weights change, it would have them copied.
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

  /// Notes the epoch's accuracy on the samples that decide.
  ///
  /// - Returns: Whether it is better than all before.
  func noteAccuracy(_ accuracy: Double) -> Bool {
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
      network: settings.network, sampleCount: batch.sampleCount, seed: settings.seed,
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
    throw TrainError(.divergence, "", "epoch \(position.epoch), step \(stepCount + 1)", found)
  }
}

internal import FrameCache
internal import SystemPackage

/// Trains epoch by epoch, and writes the results.
///
/// A run is stopped and saved only between two optimizer steps or test batches.
struct TrainingLoop {
  let training: Training
  let options: RunOptions
  let observer: TrainingObserver
  /// Writes the run's files; `nil` to write nothing, as in the processes of a distributed training
  /// except one.
  let writer: RunWriter?
  /// Watches for layers that are silent or saturated.
  let firing: FiringMonitor

  /// Creates the loop of a training at its current position.
  init(
    training: Training, options: RunOptions, observer: TrainingObserver, writer: RunWriter?
  ) {
    self.training = training
    self.options = options
    self.observer = observer
    self.writer = writer
    firing = FiringMonitor(training.settings)
  }

  /// Trains to the end, or until the observer asks to stop.
  func run() throws(TrainError) -> RunOutcome {
    do throws(TrainError) {
      while training.position.epoch < options.epochCount {
        guard try runEpoch() else { return .stepLimit }
      }
    } catch  where error.code == .cancelled {
      try save()
      return .interrupted
    } catch  where error.code == .data {
      // A corrupt sample ends the run, but all complete steps are kept.
      try save()
      throw error
    }
    return .completed
  }

  /// Trains the rest of an epoch.
  ///
  /// - Returns: Whether all batches are done; `false` if the step limit was reached first.
  func train(_ epoch: EpochPlan) throws(TrainError) -> Bool {
    let batchSize = training.settings.batchSize
    var loader = FrameLoader(
      training.plan.cache,
      batches: epoch.parts(of: training.ranks, from: training.position.batchCount),
      threadCount: options.loaderThreadCount)
    while training.position.batchCount < epoch.batches.count {
      if training.isAtStepLimit(of: options) {
        try save()
        return false
      }
      let report: StepReport
      let sampleCount = training.position.sampleCount
      do throws(TrainError) {
        report = try training.takeStep(
          epoch.step(at: training.position.batchCount), of: epoch, from: &loader)
      } catch {
        throw writer?.addingAdvice(to: error) ?? error
      }
      // All ranks stop after the same step, and when this one cannot be logged.
      try training.ranks.agree(isOfFirst: true, isCancelled: observer.isCancelled) {
        () throws(TrainError) in
        if isDue(options.logInterval) { try writer?.append(report) }
        if let warning = firing.add(
          report, sampleCount: training.position.sampleCount - sampleCount,
          isLastOfEpoch: training.position.batchCount == epoch.batches.count)
        {
          observer.onWarning(warning)
        }
        observer.onProgress(
          .init(
            stage: "epoch \(report.epoch) (of \(options.epochCount))",
            completedCount: training.position.batchCount * batchSize,
            totalCount: epoch.batches.count * batchSize))
      }
      if isDue(options.saveInterval) { try save() }
    }
    return true
  }

  /// Saves the training; the ranks that do not write wait, and learn of an error.
  ///
  /// - Parameters:
  ///   - isBest: Whether the state is the best so far.
  ///   - prepare: What to write first.
  func save(
    isBest: Bool = false, after prepare: () throws(TrainError) -> Void = {}
  ) throws(TrainError) {
    try training.ranks.agree(isOfFirst: true) { () throws(TrainError) in
      try prepare()
      try writer?.save(training, isBest: isBest)
    }
  }

  /// Whether an action that is due every `stepInterval` steps is due now.
  private func isDue(_ stepInterval: Int?) -> Bool {
    stepInterval.map { training.stepCount.isMultiple(of: $0) } ?? false
  }
}

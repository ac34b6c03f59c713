internal import EventData
package import FrameCache
package import SpikingNetwork
internal import SystemPackage

/// Times training steps and evaluations of batches of a cache, and what they consist of.
///
/// Each call ends with a ``TrainError`` of code `cancelled` where it is asked to stop.
package struct StepBenchmark {
  /// What is timed.
  package enum Work: String, Sendable, CaseIterable {
    /// Forward, backward and the optimizer's step.
    case training
    /// Forward in evaluation mode.
    case inference
  }

  /// Times of one kind of work.
  package struct Result: Sendable {
    /// What was timed.
    package let work: Work
    /// Wall-clock seconds of each batch, waiting for frames not among them.
    package let seconds: [Double]
    /// Seconds a batch of each stage, means.
    package let stages: [StageTime]

    /// The median of the seconds.
    package var medianSeconds: Double { seconds.sorted()[seconds.count / 2] }
  }

  private let engine: any ProfiledEngine
  private let batches: [LabelledFrames]
  private let isCancelled: () -> Bool
  private let settings: (optimizer: Optimizer, learningRate: Double, loss: Loss, seed: UInt64)

  /// Reads the first training batches of an epoch.
  ///
  /// - Parameters:
  ///   - batchCount: The number of batches, used cyclically.
  ///   - isCancelled: Whether to stop; asked before each batch.
  /// - Throws: ``TrainError`` when the cache has too few samples, or a chunk is damaged.
  package init(
    _ engine: any ProfiledEngine, _ cache: FrameCache, settings: TrainingSettings,
    batchCount: Int, isCancelled: @escaping () -> Bool = { false }
  ) throws(TrainError) {
    self.engine = engine
    self.isCancelled = isCancelled
    self.settings = (
      settings.optimizer, settings.learningRate, settings.loss, settings.seed
    )
    let samples = cache.samples.filter { $0.split == .train }
    let plan = BatchPlan.training(
      samples: samples, batchSize: settings.batchSize, seed: settings.seed, epoch: 0)
    guard !plan.isEmpty else {
      throw TrainError(
        .data, cache.path, "",
        "\(samples.count) training samples found, a batch of \(settings.batchSize) expected")
    }
    var loader = FrameLoader(
      cache, batches: Array(plan.prefix(batchCount)), threadCount: 0)
    var batches: [LabelledFrames] = []
    while let batch = try loader.nextBatch() { batches.append(LabelledFrames(batch)) }
    self.batches = batches
  }

  /// Repeats the work; the first repetitions warm up and are not counted.
  package func run(
    _ work: Work, precision: Precision, count: Int, warmUpCount: Int
  ) throws(TrainError) -> Result {
    var seconds: [Double] = []
    for number in 0..<warmUpCount + count {
      try checkIsGoingOn()
      if number == warmUpCount { engine.resetStageTimes() }
      let batch = batches[number % batches.count]
      let dropout = DropoutMasks(
        network: engine.network, sampleCount: batch.sampleCount, seed: settings.seed,
        batchNumber: number)
      let watch = Stopwatch()
      do throws(EngineError) {
        switch work {
        case .training:
          _ = try engine.accumulateGradients(
            batch, dropout: dropout,
            options: GradientOptions(loss: settings.loss, precision: precision))
          try engine.reduceGradients()
          try engine.update(by: settings.optimizer, learningRate: settings.learningRate)
        case .inference: _ = try engine.evaluate(batch, loss: settings.loss)
        }
      } catch { throw TrainError(error) }
      if number >= warmUpCount { seconds.append(watch.seconds) }
    }
    return Result(work: work, seconds: seconds, stages: engine.stageTimes)
  }

  /// Shifts batch norm's β so that a fraction of the inputs of each convolution but the first, and
  /// of the first linear layer, is ones; the running statistics follow.
  ///
  /// Such a network predicts nothing useful; it shows the cost of a higher firing rate.
  package func setShareOfOnes(_ share: Double) throws(TrainError) {
    let batch = batches[0]
    var state = engine.state
    func pass() throws(TrainError) -> [Double] {
      try checkIsGoingOn()
      do throws(EngineError) {
        engine.state = state
        _ = try engine.accumulateGradients(
          batch,
          dropout: DropoutMasks(
            network: engine.network, sampleCount: batch.sampleCount, seed: settings.seed,
            batchNumber: 0), options: GradientOptions(loss: settings.loss))
        state.statistics = engine.state.statistics
        return engine.inputFractions
      } catch { throw TrainError(error) }
    }
    for block in engine.network.blocks.convolutions {
      let bias = block.norm.bias
      var (low, high): (Float, Float) = (-8, 8)
      for _ in 0..<12 {
        let middle = (low + high) / 2
        state.parameters[bias] = state.parameters[bias].map { _ in middle }
        // The first convolution takes counts: fractions begin with what its neurons give the next
        // layer.
        if try pass()[block.index] < share { low = middle } else { high = middle }
      }
    }
    // The running statistics forget a tenth of their past with each pass.
    for _ in 0..<40 { _ = try pass() }
    engine.state = state
  }

  private func checkIsGoingOn() throws(TrainError) {
    if isCancelled() { throw .cancelled() }
  }
}

internal import EventData
package import FrameCache
package import SpikingNetwork
internal import SystemPackage

/// Measures the time of training steps and evaluations on batches of a cache, in total and by
/// stage.
///
/// Each call throws a ``TrainError`` with code `cancelled` when `isCancelled` returns true.
package struct StepBenchmark {
  /// The kind of work to time.
  package enum Work: String, Sendable, CaseIterable {
    /// Forward pass, backward pass and optimizer step.
    case training
    /// Forward pass in evaluation mode.
    case inference
  }

  /// The times of one kind of work.
  package struct Result: Sendable {
    /// The kind of work.
    package let work: Work
    /// Wall-clock seconds of each batch; the frames are decoded beforehand.
    package let seconds: [Double]
    /// Mean seconds per batch of each stage.
    package let stages: [StageTime]

    /// The median of ``seconds``; for an even count, the upper of the two middle values.
    package var medianSeconds: Double { seconds.sorted()[seconds.count / 2] }
  }

  private let engine: any ProfiledEngine
  private let batches: [LabelledFrames]
  private let isCancelled: () -> Bool
  private let settings: (optimizer: Optimizer, learningRate: Double, loss: Loss, seed: UInt64)

  /// Decodes the first training batches of epoch 0.
  ///
  /// - Parameters:
  ///   - batchCount: The maximum number of batches; repetitions cycle through them.
  ///   - isCancelled: Whether to stop; asked before each batch.
  /// - Throws: ``TrainError`` if the cache has too few samples or a chunk is corrupt.
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

  /// Runs the work `warmUpCount` times untimed, then `count` times timed.
  package func run(
    _ work: Work, precision: Precision, count: Int, warmUpCount: Int
  ) throws(TrainError) -> Result {
    var seconds: [Double] = []
    for number in 0..<warmUpCount + count {
      try checkCancellation()
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

  /// Sets each batch norm's β so that this fraction of the inputs of the next layer is spikes, then
  /// updates the running statistics.
  ///
  /// This covers every convolution but the first, and the first linear layer. Such a network
  /// predicts nothing useful; it shows the cost of a higher firing rate.
  package func setInputSpikeFraction(_ fraction: Double) throws(TrainError) {
    let batch = batches[0]
    var state = engine.state
    func pass() throws(TrainError) -> [Double] {
      try checkCancellation()
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
      // Bisection: 12 halvings of [−8, 8] determine β to 0.004.
      for _ in 0..<12 {
        let middle = (low + high) / 2
        state.parameters[bias] = state.parameters[bias].map { _ in middle }
        // The input of the first convolution is counts, so the fraction at index i is that of the
        // spikes from convolution i to the next layer.
        if try pass()[block.index] < fraction { low = middle } else { high = middle }
      }
    }
    // Each pass replaces a tenth of the running statistics: after 40, 0.9⁴⁰ = 1.5 % of the old ones
    // are left.
    for _ in 0..<40 { _ = try pass() }
    engine.state = state
  }

  private func checkCancellation() throws(TrainError) {
    if isCancelled() { throw .cancelled() }
  }
}

public import SpikingNetwork

extension CPUEngine: ProfiledEngine {
  /// Times of all stages so far, in the order of a step.
  public var stageTimes: [StageTime] {
    let order = Dictionary(
      uniqueKeysWithValues: CPUStage.allCases.enumerated().map { ($1, $0) })
    return clock.times
      .sorted {
        ((order[$0.key.stage] ?? 0), $0.key.layer) < ((order[$1.key.stage] ?? 0), $1.key.layer)
      }
      .map { key, time in
        StageTime(
          stage: key.stage.rawValue, layer: key.layer, seconds: time.seconds,
          serialSeconds: time.serialSeconds)
      }
  }

  /// Forgets all times.
  public func resetStageTimes() { clock = StageClock(context.workers.loopTime) }

  /// Measures what this machine can do at most.
  public func measurePeak() -> HardwarePeak { HardwarePeak(measuring: context) }

  /// The cost of a stage in the last batch, by a count of what its kernels do.
  public func cost(of stage: StageTime, sampleCount: Int) -> StageCost {
    let convolutionCount = blocks.convolutions.count
    let block = blocks.convolutions[min(stage.layer, convolutionCount - 1)]
    let pixels = Double(block.output.pixelCount)
    let images = Double(network.frameCount * sampleCount)
    /// Pixels times channels of the layer's output.
    let values = images * Double(block.output.valueCount)
    let polarities = Double(network.input.channelCount)
    let neighbourhood = 9 * polarities
    let dense = 2 * 9 * Double(block.input.channelCount) * values
    let isSpiking =
      (1..<convolutionCount).contains(stage.layer) && inputFractions.count == convolutionCount
    let ones = isSpiking ? inputFractions[stage.layer - 1] : 0
    /// Each one adds a row of weights for each of nine neighbours.
    let skipped = isSpiking ? ones * dense / 2 : 2 * neighbourhood * values * countFraction
    // Operations of a neuron's step, as written in the kernels: forward, and forward again with the
    // backward pass.
    let (neuron, neuronBack) = (9.0, 34.0)
    let float = 4.0
    switch CPUStage(rawValue: stage.stage) {
    case .counts:
      return StageCost(
        operationCount: images * pixels * neighbourhood * neighbourhood * countFraction * 2,
        denseOperationCount: 0,
        byteCount: images * pixels * polarities * (1 + 3 * float))
    case .weights, nil: return StageCost(operationCount: 0, byteCount: 0)
    case .firstForward:
      return StageCost(
        operationCount: skipped + neuron * values, denseOperationCount: dense,
        byteCount: images * pixels * polarities * float + values / 16)
    case .convolution:
      return StageCost(
        operationCount: skipped, denseOperationCount: dense,
        byteCount: values * float * 2 + values / 8)
    case .neurons:
      return StageCost(
        operationCount: neuron * values, denseOperationCount: 0,
        byteCount: values * float + values / 16)
    case .evaluation:
      return StageCost(
        operationCount: skipped + neuron * values, denseOperationCount: dense,
        byteCount: values / 8)
    case .linear:
      let linear = blocks.linears[stage.layer - convolutionCount]
      let weightCount = Double(linear.inputCount * linear.outputCount)
      let products = 2 * images * weightCount
      let fraction =
        linear.index < linearInputs.fractions.count ? linearInputs.fractions[linear.index] : 1
      // Outputs and the weights' gradient skip zeros; the inputs' gradient has none to skip.
      return linearInputs.isTraining
        ? StageCost(
          operationCount: (2 * fraction + 1) * products, denseOperationCount: 3 * products,
          byteCount: weightCount * float * 6)
        : StageCost(
          operationCount: fraction * products, denseOperationCount: products,
          byteCount: weightCount * float * 3)
    case .gradientSums:
      return StageCost(
        operationCount: neuronBack * values, denseOperationCount: 0,
        byteCount: values * float * 1.25)
    case .outputGradient:
      return StageCost(
        operationCount: (neuronBack + 4) * values, denseOperationCount: 0,
        byteCount: values * float * 3.25)
    case .weightGradient:
      return StageCost(
        operationCount: skipped, denseOperationCount: dense, byteCount: values * float)
    case .inputGradient:
      // F(4×4): 36 products for 16 places, and about 20 operations a number for the transforms on
      // either side.
      return StageCost(
        operationCount: dense / 4 + 40 * values, denseOperationCount: dense,
        byteCount: values * float * 3)
    case .firstBackward:
      return StageCost(
        operationCount: 2 * skipped + neuronBack * values, denseOperationCount: 2 * dense,
        byteCount: values * float / 4)
    case .update:
      let count = Double(network.parameters.reduce(0) { $0 + $1.valueCount })
      return StageCost(
        operationCount: 14 * count, denseOperationCount: 0, byteCount: 7 * float * count)
    }
  }
}

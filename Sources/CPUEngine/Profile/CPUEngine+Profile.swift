public import SpikingNetwork

extension CPUEngine: ProfiledEngine {
  /// The times of all stages since the last reset, in the order in which a step runs them.
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

  /// Sets all stage times to 0.
  public func resetStageTimes() { clock = StageClock(context.workers.loopTime) }

  /// Measures the highest speed of this machine's arithmetic and memory.
  public func measurePeak() -> HardwarePeak { HardwarePeak(measuring: context) }

  /// The cost of a stage for the last batch, from the number of operations in its kernels.
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
    let spikeFraction = isSpiking ? inputFractions[stage.layer - 1] : 0
    /// Operations where zeros are skipped: each spike adds a row of weights at each of nine taps.
    let sparse = isSpiking ? spikeFraction * dense / 2 : 2 * neighbourhood * values * countFraction
    // Operations for one time step of a neuron, counted in the kernels' source: the forward pass,
    // and the backward pass, which computes the forward pass again.
    let (neuronForward, neuronBackward) = (9.0, 34.0)
    let floatSize = 4.0
    switch CPUStage(rawValue: stage.stage) {
    case .counts:
      return StageCost(
        operationCount: images * pixels * neighbourhood * neighbourhood * countFraction * 2,
        denseOperationCount: 0,
        byteCount: images * pixels * polarities * (1 + 3 * floatSize))
    case .weights, nil: return StageCost(operationCount: 0, byteCount: 0)
    case .firstForward:
      return StageCost(
        operationCount: sparse + neuronForward * values, denseOperationCount: dense,
        byteCount: images * pixels * polarities * floatSize + values / 16)
    case .convolution:
      return StageCost(
        operationCount: sparse, denseOperationCount: dense,
        byteCount: values * floatSize * 2 + values / 8)
    case .neurons:
      return StageCost(
        operationCount: neuronForward * values, denseOperationCount: 0,
        byteCount: values * floatSize + values / 16)
    case .evaluation:
      return StageCost(
        operationCount: sparse + neuronForward * values, denseOperationCount: dense,
        byteCount: values / 8)
    case .linear:
      let linear = blocks.linears[stage.layer - convolutionCount]
      let weightCount = Double(linear.inputCount * linear.outputCount)
      let products = 2 * images * weightCount
      let fraction =
        linear.index < linearInputs.fractions.count ? linearInputs.fractions[linear.index] : 1
      // Outputs and the weight gradient skip zeros; the input gradient does not.
      return linearInputs.isTraining
        ? StageCost(
          operationCount: (2 * fraction + 1) * products, denseOperationCount: 3 * products,
          byteCount: weightCount * floatSize * 6)
        : StageCost(
          operationCount: fraction * products, denseOperationCount: products,
          byteCount: weightCount * floatSize * 3)
    case .gradientSums:
      return StageCost(
        operationCount: neuronBackward * values, denseOperationCount: 0,
        byteCount: values * floatSize * 1.25)
    case .outputGradient:
      return StageCost(
        operationCount: (neuronBackward + 4) * values, denseOperationCount: 0,
        byteCount: values * floatSize * 3.25)
    case .weightGradient:
      return StageCost(
        operationCount: sparse, denseOperationCount: dense, byteCount: values * floatSize)
    case .inputGradient:
      // F(4×4, 3×3): 36 instead of 144 multiplications for 16 outputs, and about 20 operations per
      // value for the transform of the input, and 20 for that of the output.
      return StageCost(
        operationCount: dense / 4 + 40 * values, denseOperationCount: dense,
        byteCount: values * floatSize * 3)
    case .firstBackward:
      return StageCost(
        operationCount: 2 * sparse + neuronBackward * values, denseOperationCount: 2 * dense,
        byteCount: values * floatSize / 4)
    case .update:
      let count = Double(network.parameters.reduce(0) { $0 + $1.valueCount })
      return StageCost(
        operationCount: 14 * count, denseOperationCount: 0, byteCount: 7 * floatSize * count)
    }
  }
}

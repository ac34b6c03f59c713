internal import CDVSKernels
internal import SpikingNetwork

extension CPUEngine {
  func shape(of stage: ConvolutionStage, sampleCount: Int) -> StageShape {
    StageShape(
      stepCount: network.frameCount, sampleCount: sampleCount, sideLength: stage.sideLength,
      inputChannelCount: stage.inputChannelCount, channelCount: stage.outputChannelCount,
      planeCount: network.pooling == .average ? 4 : 1)
  }

  func squares(_ shape: StageShape, _ layer: Int, _ norm: BatchNorm) -> Squares {
    let scale = network.parameterPlaces[layer].normScale ?? 0
    return Squares(
      shape: shape, neuron: neuron(of: layer),
      norm: norm.factors(
        scale: current.parameters[scale], shift: current.parameters[scale + 1]),
      readsAhead: layer > 0, kernelSet: instructionSet.kernelSet)
  }

  func updateStatistics(of layer: Int, by norm: BatchNorm) {
    guard let mean = network.parameterPlaces[layer].runningMean else { return }
    var running = (current.statistics[mean], current.statistics[mean + 1])
    norm.update(&running.0, &running.1)
    (current.statistics[mean], current.statistics[mean + 1]) = running
  }

  func runningNorm(of layer: Int, channelCount: Int) -> BatchNorm {
    let mean = network.parameterPlaces[layer].runningMean ?? 0
    return BatchNorm(
      runningMean: current.statistics[mean], runningVariance: current.statistics[mean + 1],
      channelCount: channelCount)
  }

  func linear(_ stage: LinearStage, sampleCount: Int) -> Linear {
    Linear(
      stepCount: network.frameCount, sampleCount: sampleCount, inputCount: stage.inputCount,
      outputCount: stage.outputCount, neuron: neuron(of: 5 + stage.index), workers: workers,
      kernelSet: instructionSet.kernelSet)
  }

  func neuron(of layer: Int) -> dvsk_neuron {
    network.neuron.kernel(
      membraneWeight: network.parameterPlaces[layer].membrane.map { current.parameters[$0][0] })
  }

  func roundedWeights(of layer: Int, _ precision: Precision) -> [Float] {
    let weights = current.parameters[network.parameterPlaces[layer].weight]
    return precision == .float32 ? weights : weights.map(precision.rounded)
  }

  func weights(of layer: Int, _ precision: Precision) -> Buffer<Float> {
    Buffer(roundedWeights(of: layer, precision))
  }

  func round(_ buffer: Buffer<Float>, _ count: Int, _ precision: Precision) {
    guard precision == .bfloat16 else { return }
    // Safe: the buffer's own elements.
    unsafe dvsk_round_to_bfloat16(
      instructionSet.kernelSet, buffer.address(count: count), count)
  }
}

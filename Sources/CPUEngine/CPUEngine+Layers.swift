internal import CDVSKernels
internal import SpikingNetwork

extension CPUEngine {
  /// The shapes of a convolution block's tensors for a batch.
  func shape(of block: ConvolutionBlock, sampleCount: Int) -> StageShape {
    let previous = block.index == 0 ? nil : blocks.convolutions[block.index - 1]
    return StageShape(
      stepCount: network.frameCount, sampleCount: sampleCount, height: block.input.height,
      width: block.input.width, inputChannelCount: block.input.channelCount,
      channelCount: block.output.channelCount,
      inputBitPlaneCount: previous?.pooling == .average ? 4 : 1, pooling: block.pooling)
  }

  func windows(_ shape: StageShape, _ block: ConvolutionBlock, _ norm: BatchNorm) -> PoolingWindows
  {
    PoolingWindows(
      shape: shape, neuron: neuron(block.tensors),
      norm: norm.factors(
        weight: current.parameters[block.norm.weight], bias: current.parameters[block.norm.bias]),
      prefetches: block.index > 0, isa: context.isa)
  }

  func updateStatistics(of block: ConvolutionBlock, by norm: BatchNorm) {
    let (mean, variance) = (block.norm.runningMean, block.norm.runningVariance)
    var running = (current.statistics[mean], current.statistics[variance])
    norm.update(&running.0, &running.1)
    (current.statistics[mean], current.statistics[variance]) = running
  }

  func runningNorm(of block: ConvolutionBlock, channelCount: Int) -> BatchNorm {
    BatchNorm(
      runningMean: current.statistics[block.norm.runningMean],
      runningVariance: current.statistics[block.norm.runningVariance],
      channelCount: channelCount)
  }

  func linear(_ block: LinearBlock, sampleCount: Int, _ precision: Precision) -> Linear {
    Linear(
      stepCount: network.frameCount, sampleCount: sampleCount, inputCount: block.inputCount,
      outputCount: block.outputCount, precision: precision, context: context)
  }

  func neurons(_ block: LinearBlock, sampleCount: Int) -> LinearNeurons {
    LinearNeurons(
      stepCount: network.frameCount, sampleCount: sampleCount, outputCount: block.outputCount,
      neuron: neuron(block.tensors), context: context)
  }

  func neuron(_ tensors: TensorIndices) -> dvsk_neuron {
    network.neuron.kernel(timeConstantWeight: tensors.membrane.map { current.parameters[$0][0] })
  }

  /// The weights of a convolution, rounded to the precision.
  func roundedWeights(_ tensors: TensorIndices, _ precision: Precision) -> Buffer<Float> {
    let weights = Buffer(current.parameters[tensors.weight])
    guard precision == .bfloat16 else { return weights }
    let isa = context.isa
    context.workers.forEachRange(of: weights.count) { range in
      // Safe: the range is the buffer's.
      unsafe dvsk_round_to_bfloat16(
        isa, weights.address(range.lowerBound, count: range.count), range.count)
    }
    return weights
  }

  func add(_ gradient: [Float], to parameter: Int) {
    for index in gradient.indices { gradients[parameter][index] += gradient[index] }
  }

  func addNormGradients(_ norm: BatchNorm.Gradients, _ indices: NormIndices) {
    add(norm.weight, to: indices.weight)
    add(norm.bias, to: indices.bias)
  }

  /// Adds the gradient with respect to a layer's learned w.
  ///
  /// - Parameter sum: The gradient with respect to k = sigmoid(w), summed over the layer.
  func addTimeConstantGradient(_ sum: Double, _ tensors: TensorIndices) {
    guard let membrane = tensors.membrane else { return }
    add(
      [
        network.neuron.timeConstantGradient(
          sum: sum, timeConstantWeight: current.parameters[membrane][0])
      ], to: membrane)
  }
}

public import SpikingNetwork

extension CUDAEngine: ProfiledEngine {
  /// Times of all stages on the GPU since ``resetStageTimes()``, in the order in which a step runs
  /// them.
  ///
  /// Stages are timed from the first call of ``resetStageTimes()`` on.
  public var stageTimes: [StageTime] {
    onDevice { () throws(EngineError) in try self.device.synchronize() }
    let order = Dictionary(
      uniqueKeysWithValues: CUDAStage.allCases.enumerated().map { ($1, $0) })
    return (device.clock?.seconds ?? [:])
      .sorted {
        (order[$0.key.stage] ?? 0, $0.key.layer) < (order[$1.key.stage] ?? 0, $1.key.layer)
      }
      .map {
        StageTime(
          stage: $0.key.stage.rawValue, layer: $0.key.layer, seconds: $0.value, serialSeconds: 0)
      }
  }

  /// Sets all times to 0 and starts timing.
  public func resetStageTimes() {
    onDevice { () throws(EngineError) in try self.device.synchronize() }
    device.clock = StageClock()
  }

  /// The fraction of nonzero event counts in the last batch, computed from a copy of them.
  public var countFraction: Double {
    onDevice { () throws(EngineError) in try self.first.counts.nonzeroFraction() }
  }

  /// The fraction of inputs that are spikes in the last batch, for each convolution after the first
  /// and for the first linear layer.
  ///
  /// An input after average pooling is four bits and counts as the number of its spikes.
  public var inputFractions: [Double] {
    onDevice { () throws(EngineError) in
      var outputs = [(self.first.shape, self.first.bits)]
      outputs += self.layers.prefix(self.blocks.convolutions.count - 1).map { ($0.shape, $0.bits) }
      var fractions: [Double] = []
      for (shape, bits) in outputs {
        let words = try bits.atLeast(1).values(0..<shape.bitWordCount, filler: 0)
        let spikeCount = words.reduce(0) { $0 + $1.nonzeroBitCount }
        let inputCount = shape.imageCount * shape.pooled.pixelCount * shape.outputCount
        fractions.append(Double(spikeCount) / Double(inputCount))
      }
      return fractions
    }
  }

  /// Measures the GPU's peak performance: operations per second of its tensor cores in a product of
  /// spikes and weights, and bytes per second of a copy in its memory.
  public func measurePeak() -> HardwarePeak {
    onDevice { () throws(EngineError) in try HardwarePeak(measuring: self.device) }
  }

  /// The operations and memory traffic of a stage in the last batch, derived from its shapes.
  ///
  /// They hold for float32, where each product of spikes or weight gradients takes two products of
  /// float16 halves and each input gradient three; with `-amp` each takes one.
  public func cost(of stage: StageTime, sampleCount: Int) -> StageCost {
    let shape = LayerShape.shapes(of: network, sampleCount: sampleCount)[stage.layer]
    let float = 4.0
    let (inputs, outputs) = (Double(shape.inputChannelCount), Double(shape.outputCount))
    let (rows, taps) = (Double(shape.rowCount), Double(shape.tapCount))
    let values = rows * outputs
    let products = 2 * taps * inputs * values
    let weightCount = taps * inputs * outputs
    let inputCount = rows * inputs * (shape.isConvolution ? 1 : taps)
    let pooled = Double(shape.imageCount * shape.pooled.pixelCount) * outputs
    let counts = rows * inputs * Double(first.counts.countByteCount)
    let partitions = Double(shape.weightPartitionCount)
    // Operations per neuron and time step, counted in the kernels' source: in the forward pass, and
    // in the backward pass, which recomputes the forward pass.
    let (neuron, neuronBack) = (12.0, 57.0)
    switch CUDAStage(rawValue: stage.stage) {
    case .copies, .other, nil: return StageCost(operationCount: 0, byteCount: 0)
    case .weights:
      return StageCost(
        operationCount: 0,
        byteCount: stage.layer == 0 ? float * Double(parameters.count) : 4 * float * weightCount)
    case .counts:
      let pairs = taps * inputs * (taps * inputs + 1) / 2 + taps * inputs
      return StageCost(operationCount: pairs * rows, byteCount: counts)
    case .firstForward:
      return StageCost(
        operationCount: products + neuron * values, denseOperationCount: products,
        byteCount: counts + pooled / 8)
    case .dropout: return StageCost(operationCount: 0, byteCount: 2 * inputCount / 8)
    case .product:
      return StageCost(
        operationCount: 2 * products, denseOperationCount: products,
        byteCount: inputCount / 8 + float * (values + weightCount))
    case .moments: return StageCost(operationCount: 3 * values, byteCount: float * values)
    case .neurons:
      return StageCost(operationCount: neuron * values, byteCount: float * values + pooled / 8)
    case .outputGradient:
      return StageCost(
        operationCount: 2 * neuronBack * values, byteCount: float * (5 * values + 2 * pooled))
    case .weightGradient:
      return StageCost(
        operationCount: 2 * products, denseOperationCount: products,
        byteCount: float * (values + (2 * partitions + 2) * weightCount) + inputCount / 8)
    case .inputGradient:
      return StageCost(
        operationCount: 3 * products, denseOperationCount: products,
        byteCount: float * (values + inputCount + weightCount))
    case .firstBackward:
      return StageCost(
        operationCount: 3 * products + neuronBack * values, denseOperationCount: 2 * products,
        byteCount: counts + float * pooled)
    case .update:
      let count = Double(parameters.count)
      return StageCost(operationCount: 14 * count, byteCount: 8 * float * count)
    }
  }
}

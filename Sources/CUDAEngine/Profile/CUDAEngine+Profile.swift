public import SpikingNetwork

extension CUDAEngine: ProfiledEngine {
  /// Times on the GPU of all stages, in the order of a step, since ``resetStageTimes()`` was first
  /// called: until then none are taken.
  public var stageTimes: [StageTime] {
    read { () throws(EngineError) in try self.device.synchronize() }
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

  /// Forgets all times, and takes times from now on.
  public func resetStageTimes() {
    read { () throws(EngineError) in try self.device.synchronize() }
    device.clock = StageClock()
  }

  /// The fraction of counts that are not 0 in the last batch; read from the GPU.
  public var countFraction: Double {
    read { () throws(EngineError) in try self.first.counts.nonzeroFraction() }
  }

  /// The fraction of ones among the inputs of the convolutions but the first, and of the first
  /// linear layer, in the last batch, read from the GPU; with average pooling four bits make an
  /// input.
  public var inputFractions: [Double] {
    read { () throws(EngineError) in
      var outputs = [(self.first.shape, self.first.bits)]
      outputs += self.layers.prefix(self.blocks.convolutions.count - 1).map { ($0.shape, $0.bits) }
      var fractions: [Double] = []
      for (shape, bits) in outputs {
        let words = try bits.atLeast(1).values(0..<shape.bitWordCount, filler: 0)
        let ones = words.reduce(0) { $0 + $1.nonzeroBitCount }
        let places = shape.imageCount * shape.pooled.pixelCount * shape.outputCount
        fractions.append(Double(ones) / Double(places))
      }
      return fractions
    }
  }

  /// Measures what the GPU can do at most: operations of the tensor cores, as its product of spikes
  /// reaches them, and bytes that are copied on it.
  public func measurePeak() -> HardwarePeak {
    read { () throws(EngineError) in try HardwarePeak(measuring: self.device) }
  }

  /// The cost of a stage in the last batch, by a count of what its kernels do in float32; `-amp`
  /// has one product of halves where that has two or three.
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
    // Operations of a neuron's step, as written in the kernels: forward, and forward again with the
    // backward pass.
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

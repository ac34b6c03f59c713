internal import SpikingNetwork

/// What a stage of a layer has to do in a step: its operations and the bytes that it moves.
public struct StageCost: Sendable {
  /// Additions and multiplications that are carried out; zeros that are skipped are none.
  public let operationCount: Double
  /// What a convolution or a gradient of one would take if nothing were skipped or saved; 0 for other stages.
  public let denseOperationCount: Double
  /// Bytes to and from memory beyond the caches, a lower bound: each large tensor once for each pass over it, twice
  /// where it is written.
  public let byteCount: Double
}

extension CPUEngine {
  /// The cost of a stage in the last batch, by a count of what its kernels do.
  ///
  /// - Parameter sampleCount: N of that batch.
  public func cost(of stage: CPUStage, layer: Int, sampleCount: Int) -> StageCost {
    let channels = Double(network.channelCount)
    let side = Double(network.sideLength >> min(layer, 4))
    let images = Double(network.frameCount * sampleCount)
    /// Places times channels of the layer's output, and of its input.
    let values = images * side * side * channels
    let inputs = layer == 0 ? 2 : channels
    let dense = 2 * 9 * inputs * values
    let isSpiking = (1...4).contains(layer) && inputShares.count == 5
    let ones = isSpiking ? inputShares[layer - 1] : 0
    /// Each one adds a row of weights for each of nine neighbours.
    let skipped = isSpiking ? ones * dense / 2 : 2 * 9 * 2 * values * firstShare
    // Operations of a neuron's step, as written in the kernels: forward, and forward again with the way back.
    let (neuron, neuronBack) = (9.0, 34.0)
    let float = 4.0
    switch stage {
    case .counts:
      return StageCost(
        operationCount: images * side * side * 18 * 18 * firstShare * 2, denseOperationCount: 0,
        byteCount: images * side * side * 2 * (1 + 3 * float))
    case .weights: return StageCost(operationCount: 0, denseOperationCount: 0, byteCount: 0)
    case .firstForward:
      return StageCost(
        operationCount: skipped + neuron * values, denseOperationCount: dense,
        byteCount: images * side * side * 2 * float + values / 16)
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
      let linear = network.linears[min(max(layer - 5, 0), 1)]
      let products = 2 * images * Double(linear.inputCount * linear.outputCount)
      return StageCost(
        operationCount: products, denseOperationCount: products,
        byteCount: Double(linear.inputCount * linear.outputCount) * float)
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
      // F(4×4): 36 products for 16 places, and about 20 operations a number for the transforms on either side.
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

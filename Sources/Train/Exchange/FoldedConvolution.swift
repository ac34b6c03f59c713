internal import SpikingNetwork

/// A convolution that includes the batch norm after it, as in evaluation.
///
/// `γ·(w∗x − mean)/√(variance + ε) + β = (f·w)∗x + (β − f·mean)` with `f = γ/√(variance + ε)` for
/// each output channel; in float64, and then rounded.
struct FoldedConvolution {
  /// The weights `[out, in, 3, 3]`.
  let weight: [Float]
  /// A bias for each output channel.
  let bias: [Float]

  /// Folds a block's batch norm into its convolution.
  ///
  /// - Parameters:
  ///   - block: The block.
  ///   - state: The weights and running statistics.
  ///   - inputScale: What the weights are multiplied by, in addition.
  init(_ block: ConvolutionBlock, _ state: NetworkState, inputScale: Double = 1) {
    let (norm, weights) = (block.norm, state.parameters[block.tensors.weight])
    let channels = 0..<block.output.channelCount
    let factors = channels.map { channel in
      let variance = Double(state.statistics[norm.runningVariance][channel])
      return Double(state.parameters[norm.weight][channel])
        / (variance + NetworkDescription.normEpsilon).squareRoot()
    }
    weight = weights.indices.map { index in
      let channel = index / (weights.count / channels.count)
      return Float(Double(weights[index]) * factors[channel] * inputScale)
    }
    bias = channels.map { channel in
      let mean = Double(state.statistics[norm.runningMean][channel])
      return Float(Double(state.parameters[norm.bias][channel]) - mean * factors[channel])
    }
  }
}

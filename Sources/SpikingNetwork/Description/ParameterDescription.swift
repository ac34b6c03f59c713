/// A tensor of a network: a trained parameter or a running statistic.
public struct ParameterDescription: Equatable, Sendable {
  /// The role of a tensor.
  public enum Role: Equatable, Sendable {
    /// Weights of a convolution `[out, in, 3, 3]` or a linear layer `[out, in]`.
    case weight(inputsPerOutput: Int)
    /// Biases of a linear layer `[out]`.
    case bias(inputsPerOutput: Int)
    /// Batch norm's weight γ `[C]`.
    case normWeight
    /// Batch norm's bias β `[C]`.
    case normBias
    /// A layer's learned `w`, with `k = sigmoid(w)`; a scalar.
    case membrane
    /// Batch norm's running mean `[C]`.
    case runningMean
    /// Batch norm's running variance (unbiased) `[C]`.
    case runningVariance
  }

  /// The tensor's name in the step-by-step network of SpikingJelly's tutorial, as in
  /// `conv.0.weight`.
  public let name: String
  /// The shape, in PyTorch's order; empty for a scalar.
  public let shape: [Int]
  /// What the network uses it for.
  public let role: Role

  /// The number of values, the product of ``shape``.
  public var valueCount: Int { shape.reduce(1, *) }
}

extension NetworkDescription {
  /// The trained parameters, in the order of the layers.
  public var parameters: [ParameterDescription] { shapedLayers.flatMap(parameters) }

  /// The running statistics of batch norm, in the order of the layers.
  public var statistics: [ParameterDescription] { shapedLayers.flatMap(\.statistics) }

  /// For each layer, the indices of its first parameter and statistic.
  var tensorOffsets: [TensorOffsets] {
    var next = TensorOffsets(parameter: 0, statistic: 0)
    return shapedLayers.map { shaped in
      defer {
        next.parameter += parameters(of: shaped).count
        next.statistic += shaped.statistics.count
      }
      return next
    }
  }

  private func parameters(of shaped: ShapedLayer) -> [ParameterDescription] {
    switch shaped.layer {
    case .convolution(let channelCount):
      let inputs = shaped.input.channelCount
      return [
        shaped.tensor(
          "weight", [channelCount, inputs, 3, 3], .weight(inputsPerOutput: inputs * 9))
      ]
    case .batchNorm:
      let channels = [shaped.input.channelCount]
      return [
        shaped.tensor("weight", channels, .normWeight), shaped.tensor("bias", channels, .normBias),
      ]
    case .neurons: return neuron.isParametric ? [shaped.tensor("w", [], .membrane)] : []
    case .linear(let outputCount, let hasBias):
      let inputs = shaped.input.valueCount
      let weight = shaped.tensor(
        "weight", [outputCount, inputs], .weight(inputsPerOutput: inputs))
      if !hasBias { return [weight] }
      return [weight, shaped.tensor("bias", [outputCount], .bias(inputsPerOutput: inputs))]
    case .pooling, .flatten, .dropout, .vote: return []
    }
  }
}

/// The index of a layer's first tensor among the network's parameters, and among its statistics.
struct TensorOffsets {
  var parameter: Int
  var statistic: Int
}

extension ShapedLayer {
  fileprivate var statistics: [ParameterDescription] {
    guard layer == .batchNorm else { return [] }
    let channels = [input.channelCount]
    return [
      tensor("running_mean", channels, .runningMean),
      tensor("running_var", channels, .runningVariance),
    ]
  }

  fileprivate func tensor(
    _ tensor: String, _ shape: [Int], _ role: ParameterDescription.Role
  ) -> ParameterDescription {
    ParameterDescription(name: "\(name).\(tensor)", shape: shape, role: role)
  }
}

/// A tensor of a network: what is trained, or a statistic that training keeps.
public struct ParameterDescription: Equatable, Sendable {
  /// What a tensor is for.
  public enum Role: Equatable, Sendable {
    /// Weights of a convolution `[out, in, 3, 3]` or a linear layer `[out, in]`.
    case weight(inputsPerOutput: Int)
    /// Batch norm's factor γ `[C]`.
    case normWeight
    /// Batch norm's summand β `[C]`.
    case normBias
    /// A layer's learned `w`, where `k = sigmoid(w)`; a scalar.
    case membrane
    /// Batch norm's running mean `[C]`.
    case runningMean
    /// Batch norm's running variance, unbiased `[C]`.
    case runningVariance
  }

  /// The tensor's name in the step-by-step network of SpikingJelly's tutorial, as in
  /// `conv.0.weight`.
  public let name: String
  /// Its extents, in PyTorch's order; empty for a scalar.
  public let shape: [Int]
  /// What it is for.
  public let role: Role

  /// How many values it has.
  public var valueCount: Int { shape.reduce(1, *) }
}

extension NetworkDescription {
  /// What is trained, in the order of the layers.
  public var parameters: [ParameterDescription] { placedLayers.flatMap(parameters) }

  /// The running statistics of batch norm, in the order of the layers.
  public var statistics: [ParameterDescription] { placedLayers.flatMap(\.statistics) }

  /// Where the tensors of each layer begin.
  var tensorOffsets: [TensorOffsets] {
    var next = TensorOffsets(parameter: 0, statistic: 0)
    return placedLayers.map { placed in
      defer {
        next.parameter += parameters(of: placed).count
        next.statistic += placed.statistics.count
      }
      return next
    }
  }

  private func parameters(of placed: PlacedLayer) -> [ParameterDescription] {
    switch placed.layer {
    case .convolution(let channelCount):
      let inputs = placed.input.channelCount
      return [
        placed.tensor(
          "weight", [channelCount, inputs, 3, 3], .weight(inputsPerOutput: inputs * 9))
      ]
    case .batchNorm:
      let channels = [placed.input.channelCount]
      return [
        placed.tensor("weight", channels, .normWeight), placed.tensor("bias", channels, .normBias),
      ]
    case .neurons: return neuron.isParametric ? [placed.tensor("w", [], .membrane)] : []
    case .linear(let outputCount):
      let inputs = placed.input.valueCount
      return [placed.tensor("weight", [outputCount, inputs], .weight(inputsPerOutput: inputs))]
    case .pooling, .flatten, .dropout, .vote: return []
    }
  }
}

/// The first of a layer's tensors among the network's parameters, and among its statistics.
struct TensorOffsets {
  var parameter: Int
  var statistic: Int
}

extension PlacedLayer {
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

/// A tensor of a network: what is trained, or a statistic that training keeps.
public struct ParameterDescription: Equatable, Sendable {
  /// What a tensor is for.
  public enum Role: Equatable, Sendable {
    /// Weights of a convolution `[out, in, 3, 3]` or a linear layer `[out, in]`.
    case weight(inputsPerOutput: Int)
    /// Batch norm's factor γ `[C]`.
    case normScale
    /// Batch norm's summand β `[C]`.
    case normShift
    /// A layer's learned `w`, where `k = sigmoid(w)`; a scalar.
    case membrane
    /// Batch norm's running mean `[C]`.
    case runningMean
    /// Batch norm's running variance, unbiased `[C]`.
    case runningVariance
  }

  /// The tensor's name in the document's step-by-step network, as in `conv.0.weight`.
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
  public var parameters: [ParameterDescription] {
    var result: [ParameterDescription] = []
    for stage in convolutions {
      let place = 4 * stage.index
      let channels = [stage.outputChannelCount]
      result += [
        .init(
          name: "conv.\(place).weight",
          shape: [stage.outputChannelCount, stage.inputChannelCount, 3, 3],
          role: .weight(inputsPerOutput: stage.inputChannelCount * 9)),
        .init(name: "conv.\(place + 1).weight", shape: channels, role: .normScale),
        .init(name: "conv.\(place + 1).bias", shape: channels, role: .normShift),
      ]
      if neuron.isParametric {
        result.append(.init(name: "conv.\(place + 2).w", shape: [], role: .membrane))
      }
    }
    for stage in linears {
      let place = 2 + 3 * stage.index
      result.append(
        .init(
          name: "fc.\(place).weight", shape: [stage.outputCount, stage.inputCount],
          role: .weight(inputsPerOutput: stage.inputCount)))
      if neuron.isParametric {
        result.append(.init(name: "fc.\(place + 1).w", shape: [], role: .membrane))
      }
    }
    return result
  }

  /// The running statistics of batch norm, in the order of the layers.
  public var statistics: [ParameterDescription] {
    convolutions.flatMap { stage in
      let place = 4 * stage.index + 1
      let channels = [stage.outputChannelCount]
      return [
        ParameterDescription(
          name: "conv.\(place).running_mean", shape: channels, role: .runningMean),
        ParameterDescription(
          name: "conv.\(place).running_var", shape: channels, role: .runningVariance),
      ]
    }
  }
}

/// Indices of the tensors of a convolution or linear layer and of the neurons after it.
public struct TensorIndices: Equatable, Sendable {
  /// Index of the weights in ``NetworkDescription/parameters``.
  public let weight: Int
  /// Index of a linear layer's biases in the parameters; `nil` without biases.
  public let bias: Int?
  /// Index of the neurons' learned w in the parameters; `nil` if the time constant is fixed.
  public let membrane: Int?
}

/// Indices of batch norm's tensors.
public struct NormIndices: Equatable, Sendable {
  /// Index of γ in ``NetworkDescription/parameters``.
  public let weight: Int
  /// Index of the running mean in ``NetworkDescription/statistics``.
  public let runningMean: Int

  /// Index of β in the parameters.
  public var bias: Int { weight + 1 }
  /// Index of the running variance in the statistics.
  public var runningVariance: Int { runningMean + 1 }
}

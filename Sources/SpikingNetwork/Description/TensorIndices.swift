/// Where the tensors of a convolution or a linear layer, and of what follows it, stand among the
/// network's.
public struct TensorIndices: Equatable, Sendable {
  /// The weights, among ``NetworkDescription/parameters``.
  public let weight: Int
  /// The neurons' learned w, among the parameters; `nil` where the time constant is fixed.
  public let membrane: Int?
}

/// Where batch norm's tensors stand among the network's.
public struct NormIndices: Equatable, Sendable {
  /// γ, among ``NetworkDescription/parameters``.
  public let weight: Int
  /// The running mean, among ``NetworkDescription/statistics``.
  public let runningMean: Int

  /// β.
  public var bias: Int { weight + 1 }
  /// The running variance.
  public var runningVariance: Int { runningMean + 1 }
}

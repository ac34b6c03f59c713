internal import RandomStreams

/// Everything that training changes in a network and its optimizer.
public struct NetworkState: Equatable, Sendable {
  /// Values of ``NetworkDescription/parameters``, in their order, each row-major.
  public var parameters: [[Float]]
  /// Values of ``NetworkDescription/statistics``, in their order.
  public var statistics: [[Float]]
  /// The number of updates of the running statistics (PyTorch's `num_batches_tracked`).
  public var normUpdateCount: Int
  /// The optimizer's memory by slot name, as in `exp_avg`; each slot has the shape of
  /// ``parameters``.
  public var optimizerSlots: [String: [[Float]]]
  /// The number of optimizer steps taken.
  public var optimizerStepCount: Int

  /// A state with these weights and no training history.
  public init(parameters: [[Float]], statistics: [[Float]], normUpdateCount: Int = 0) {
    self.parameters = parameters
    self.statistics = statistics
    self.normUpdateCount = normUpdateCount
    optimizerSlots = [:]
    optimizerStepCount = 0
  }

  /// The initial state of a training: PyTorch's distributions, drawn from our own generator.
  ///
  /// Weights, and biases of linear layers, are uniform in ±1/√(inputs per output), γ = 1, β = 0,
  /// `w = −ln(τ − 1)`. The values of parameter i are drawn in row-major order from `SplitMix64`
  /// with the key (1, i).
  public init(initial network: NetworkDescription, seed: UInt64) {
    let parameters = network.parameters.enumerated().map { number, parameter -> [Float] in
      switch parameter.role {
      case .weight(let inputsPerOutput), .bias(let inputsPerOutput):
        var words = SplitMix64(
          seed: seed, key: [RandomUse.initialWeights.rawValue, UInt64(number)])
        let bound = 1 / Float(inputsPerOutput).squareRoot()
        return (0..<parameter.valueCount).map { _ in (2 * words.uniform() - 1) * bound }
      case .membrane: return [network.neuron.initialMembraneWeight]
      case .normWeight, .runningVariance:
        return [Float](repeating: 1, count: parameter.valueCount)
      case .normBias, .runningMean: return [Float](repeating: 0, count: parameter.valueCount)
      }
    }
    let statistics = network.statistics.map { statistic in
      [Float](repeating: statistic.role == .runningVariance ? 1 : 0, count: statistic.valueCount)
    }
    self.init(parameters: parameters, statistics: statistics)
  }
}

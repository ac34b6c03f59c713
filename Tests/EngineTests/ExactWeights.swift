import RandomStreams

@testable import SpikingNetwork

/// Weights for which convolutions before batch norm, and linear layers, are exact in the forward
/// pass.
///
/// Each weight is an integer from −4 to 4 times a power of two; inputs are spikes, multiples of a
/// quarter (average pooling), or small event counts. So float32 represents all sums exactly in any
/// order, and also with F(2×2, 3×3), which halves weights twice; the same holds for the sums of
/// squared values in a vector's lanes. Batch norm rescales them. So no spike depends on the order
/// of a sum, and engines must agree on every spike.
enum ExactWeights {
  static func state(of network: NetworkDescription, seed: UInt64) -> NetworkState {
    var state = NetworkState(initial: network, seed: seed)
    var words = SplitMix64(seed: seed)
    for (index, parameter) in network.parameters.enumerated() {
      state.parameters[index] = state.parameters[index].map { initial in
        switch parameter.role {
        case .weight(let inputsPerOutput):
          let unit = parameter.name.hasPrefix("fc") ? linearUnit(inputsPerOutput) : convolutionUnit
          return Float(words.integer(below: 9) - 4) * unit
        case .bias(let inputsPerOutput):
          return Float(words.integer(below: 9) - 4) * linearUnit(inputsPerOutput)
        case .normWeight:
          // Some γ are negative, which inverts the sign of the input to the neurons.
          return (words.integer(below: 5) == 0 ? -1 : 1) * (1 + 1.5 * words.uniform())
        case .normBias: return words.uniform() + 0.5
        default: return initial
        }
      }
    }
    // The variances of a batch in which a third of the inputs are 1, so that all layers also fire
    // in evaluation.
    for (block, index) in zip(
      network.blocks.convolutions, network.statistics.indices.filter { $0 % 2 == 1 })
    {
      precondition(network.statistics[index].role == .runningVariance)
      let variance =
        Float(9 * block.input.channelCount) / 3 * weightVariance * convolutionUnit * convolutionUnit
      state.statistics[index] = state.statistics[index].map { _ in variance }
    }
    return state
  }

  private static let convolutionUnit: Float = 0x1p-7
  /// The variance of integers distributed uniformly in −4…4: (9² − 1)/12.
  private static let weightVariance: Float = 20 / 3

  /// The power of two for which the sums of a linear layer spread over about 6 thresholds if half
  /// of its inputs are 1.
  private static func linearUnit(_ inputCount: Int) -> Float {
    Float(sign: .plus, exponent: (3 / Float(inputCount).squareRoot()).exponent, significand: 1)
  }
}

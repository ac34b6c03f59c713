import RandomStreams

@testable import SpikingNetwork

/// Weights with which the way forward is exact up to batch norm, and in the linear layers.
///
/// Each is a whole number from −4 to 4 times a power of two. What comes in is 0 or 1, a quarter of
/// a whole number, or a few events. So float32 holds all sums, and sums of squares of a vector's
/// length: in any order, and through F(2×2, 3×3), which halves weights twice. Batch norm brings
/// them to size. Then no spike hangs on the order of a sum, and engines must agree on each.
enum ExactWeights {
  static func state(of network: NetworkDescription, seed: UInt64) -> NetworkState {
    var state = NetworkState(initial: network, seed: seed)
    var words = SplitMix64(seed: seed)
    for (place, parameter) in network.parameters.enumerated() {
      state.parameters[place] = state.parameters[place].map { initial in
        switch parameter.role {
        case .weight(let inputsPerOutput):
          let unit = parameter.name.hasPrefix("fc") ? linearUnit(inputsPerOutput) : convolutionUnit
          return Float(words.integer(below: 9) - 4) * unit
        case .normWeight:
          // Where γ is negative, what fires is what else would not.
          return (words.integer(below: 5) == 0 ? -1 : 1) * (1 + 1.5 * words.uniform())
        case .normBias: return words.uniform() + 0.5
        default: return initial
        }
      }
    }
    // Those of a batch in which a third of the inputs are 1, so that all layers fire in evaluation,
    // too.
    for (block, place) in zip(
      network.blocks.convolutions, network.statistics.indices.filter { $0 % 2 == 1 })
    {
      precondition(network.statistics[place].role == .runningVariance)
      let variance =
        Float(9 * block.input.channelCount) / 3 * weightVariance * convolutionUnit * convolutionUnit
      state.statistics[place] = state.statistics[place].map { _ in variance }
    }
    return state
  }

  private static let convolutionUnit: Float = 0x1p-7
  /// Of whole numbers from −4 to 4.
  private static let weightVariance: Float = 20 / 3

  /// The power of two with which the sums of a linear layer are some 6 thresholds wide, if half of
  /// its inputs are 1.
  private static func linearUnit(_ inputCount: Int) -> Float {
    Float(sign: .plus, exponent: (3 / Float(inputCount).squareRoot()).exponent, significand: 1)
  }
}

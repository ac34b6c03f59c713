/// The constants of a layer of neurons, in float32.
///
/// Every engine uses these, so that all round alike.
public struct NeuronConstants: Equatable, Sendable {
  /// τ, by which the leak divides if ``divides``; 1 for a learned time constant.
  public let tau: Float
  /// The leak's factor, 1/τ.
  public let k: Float
  /// Whether the leak divides by τ, as SpikingJelly's LIF does, instead of multiplying by k.
  ///
  /// For τ a power of 2, multiplying gives the same bits and is faster.
  public let divides: Bool
  /// The membrane potential at which a neuron fires.
  public let threshold: Float
  /// The membrane potential at the start and, with a hard reset, after a spike.
  public let resetPotential: Float
  /// Whether the reset is soft: a spike subtracts the threshold.
  public let hasSoftReset: Bool
  /// Whether the reset is detached: no gradient passes through its spike.
  public let detachesReset: Bool
  /// Whether the leak also applies to the input.
  public let decaysInput: Bool
}

extension NeuronDescription {
  /// The constants of a layer.
  ///
  /// - Parameter timeConstantWeight: The layer's learned w; `nil` if the time constant is fixed.
  public func constants(timeConstantWeight: Float?) -> NeuronConstants {
    var tau: Float = 1
    var divides = false
    let k: Float
    switch membrane {
    case .fixed(let value):
      tau = Float(value)
      k = 1 / tau
      divides = tau.significand != 1
    case .learned: k = logistic(timeConstantWeight ?? 0)
    }
    return NeuronConstants(
      tau: tau, k: k, divides: divides, threshold: Float(threshold),
      resetPotential: Float(resetPotential ?? 0), hasSoftReset: resetPotential == nil,
      detachesReset: detachesReset, decaysInput: decaysInput)
  }

  /// The gradient with respect to w, from the gradient with respect to k summed over a layer: dk/dw
  /// = k·(1 − k), since k = sigmoid(w).
  public func timeConstantGradient(sum: Double, timeConstantWeight: Float) -> Float {
    let k = Double(constants(timeConstantWeight: timeConstantWeight).k)
    return Float(sum * k * (1 - k))
  }

  /// The initial `w` of a learned time constant: `−ln(τ − 1)`, so that sigmoid(w) = 1/τ.
  public var initialMembraneWeight: Float {
    switch membrane {
    case .fixed: 0
    case .learned(let initialTau): Float(-logarithm(initialTau - 1))
    }
  }
}

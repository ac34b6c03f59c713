/// What a layer of neurons computes with: the numbers that follow from its description, in float32.
///
/// Every engine takes them from here.
public struct NeuronConstants: Equatable, Sendable {
  /// What the leak divides by, where it does.
  public let tau: Float
  /// What the leak multiplies by.
  public let k: Float
  /// Whether the leak divides by τ, as SpikingJelly's LIF does, instead of multiplying by k.
  ///
  /// Where τ is a power of 2, multiplying gives the same bits, and is faster.
  public let divides: Bool
  /// The membrane's value at which a neuron fires.
  public let threshold: Float
  /// The membrane after a spike, and at the start; at the start only, where ``isSoft``.
  public let resetPotential: Float
  /// Whether a spike subtracts the threshold instead.
  public let isSoft: Bool
  /// Whether no gradient passes through the spike of the reset.
  public let detachesReset: Bool
  /// Whether the leak applies to the input, too.
  public let decaysInput: Bool
}

extension NeuronDescription {
  /// The numbers of a layer.
  ///
  /// - Parameter membraneWeight: The layer's learned w; `nil` where the time constant is fixed.
  public func constants(membraneWeight: Float?) -> NeuronConstants {
    var tau: Float = 1
    var divides = false
    let k: Float
    switch membrane {
    case .fixed(let value):
      tau = Float(value)
      k = 1 / tau
      divides = tau.significand != 1
    case .learned: k = logistic(membraneWeight ?? 0)
    }
    return NeuronConstants(
      tau: tau, k: k, divides: divides, threshold: Float(threshold),
      resetPotential: Float(resetPotential ?? 0), isSoft: resetPotential == nil,
      detachesReset: detachesReset, decaysInput: decaysInput)
  }

  /// The gradient with respect to w, from the sum of that with respect to k over a layer.
  public func membraneGradient(sum: Double, membraneWeight: Float) -> Float {
    let k = Double(constants(membraneWeight: membraneWeight).k)
    return Float(sum * k * (1 - k))
  }

  /// The `w` that a layer with a learned time constant starts from: `−ln(τ − 1)`.
  var initialMembraneWeight: Float {
    switch membrane {
    case .fixed: 0
    case .learned(let initialTau): Float(-logarithm(initialTau - 1))
    }
  }
}

/// The logistic function, rounded from Double.
func logistic(_ x: Float) -> Float { Float(1 / (1 + exponential(-Double(x)))) }

internal import CDVSKernels
internal import Glibc
internal import SpikingNetwork

extension NeuronDescription {
  /// The neurons as kernels see them.
  ///
  /// - Parameter membraneWeight: The layer's learned w, where there is one.
  func kernel(membraneWeight: Float?) -> dvsk_neuron {
    var tau: Float = 1
    var k: Float
    var divides = false
    switch membrane {
    case .fixed(let value):
      tau = Float(value)
      k = 1 / tau
      // Where τ is a power of 2, multiplying gives the same bits, and is faster.
      divides = tau.significand != 1
    case .learned:
      k = 1 / (1 + exp(-(membraneWeight ?? 0)))
    }
    let (kind, alpha): (dvsk_surrogate, Double) =
      switch surrogate {
      case .atan(let alpha): (DVSK_ATAN, alpha)
      case .sigmoid(let alpha): (DVSK_SIGMOID, alpha)
      case .piecewiseQuadratic(let alpha): (DVSK_PIECEWISE_QUADRATIC, alpha)
      }
    return dvsk_neuron(
      tau: tau, k: k, divides: divides ? 1 : 0, decays_input: decaysInput ? 1 : 0,
      is_soft: resetPotential == nil ? 1 : 0, detaches_reset: detachesReset ? 1 : 0,
      threshold: Float(threshold), reset: Float(resetPotential ?? 0), surrogate: kind,
      alpha: Float(alpha))
  }
}

internal import CDVSKernels
internal import SpikingNetwork

extension NeuronDescription {
  /// The neurons as the kernels' type.
  ///
  /// - Parameter timeConstantWeight: The layer's w if the time constant is learned.
  func kernel(timeConstantWeight: Float?) -> dvsk_neuron {
    let constants = constants(timeConstantWeight: timeConstantWeight)
    let (kind, alpha): (dvsk_surrogate, Double) =
      switch surrogate {
      case .atan(let alpha): (DVSK_ATAN, alpha)
      case .sigmoid(let alpha): (DVSK_SIGMOID, alpha)
      case .piecewiseQuadratic(let alpha): (DVSK_PIECEWISE_QUADRATIC, alpha)
      }
    return dvsk_neuron(
      tau: constants.tau, k: constants.k, divides: constants.divides ? 1 : 0,
      decays_input: constants.decaysInput ? 1 : 0, is_soft: constants.hasSoftReset ? 1 : 0,
      detaches_reset: constants.detachesReset ? 1 : 0, threshold: constants.threshold,
      reset: constants.resetPotential, surrogate: kind, alpha: Float(alpha))
  }
}

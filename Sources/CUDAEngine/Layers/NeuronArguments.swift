internal import CUDAKernels
internal import SpikingNetwork

extension gpu_neuron {
  /// What kernels compute a layer of neurons with.
  ///
  /// - Parameter timeConstantWeight: The layer's learned w; `nil` where the time constant is fixed.
  init(_ neuron: NeuronDescription, timeConstantWeight: Float?) {
    let constants = neuron.constants(timeConstantWeight: timeConstantWeight)
    self.init(
      tau: constants.tau, k: constants.k, threshold: constants.threshold,
      reset: constants.resetPotential, alpha: Float(neuron.surrogate.alpha),
      divides: constants.divides ? 1 : 0, is_soft: constants.hasSoftReset ? 1 : 0,
      detaches_reset: constants.detachesReset ? 1 : 0, decays_input: constants.decaysInput ? 1 : 0,
      surrogate: neuron.surrogate.kind.number)
  }
}

extension Surrogate.Kind {
  fileprivate var number: UInt32 {
    switch self {
    case .atan: UInt32(GPU_ATAN)
    case .sigmoid: UInt32(GPU_SIGMOID)
    case .piecewiseQuadratic: UInt32(GPU_PIECEWISE_QUADRATIC)
    }
  }
}

extension gpu_pooling {
  init(_ pooling: Pooling?) {
    self.init(edge: pooling == nil ? 1 : 2, planes: pooling == .average ? 4 : 1)
  }
}

/// Numbers from one pixel's channels to the next one's, as `channel_stride` in the kernels.
func channelStride(_ channelCount: Int) -> Int { (channelCount + 3) / 4 * 4 }

/// The same of halves, as `half_stride` in the kernels.
func halfStride(_ channelCount: Int) -> Int { (channelCount + 7) / 8 * 8 }

/// Words of a pixel's bits.
func wordCount(_ channelCount: Int) -> Int { (channelCount + 31) / 32 }

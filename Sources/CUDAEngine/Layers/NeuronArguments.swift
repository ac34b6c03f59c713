internal import CUDAKernels
internal import SpikingNetwork

extension gpu_neuron {
  /// A layer's neurons, as arguments of the kernels.
  ///
  /// - Parameter timeConstantWeight: The layer's learned w; `nil` if the time constant is fixed.
  init(_ neuron: NeuronDescription, timeConstantWeight: Float?) {
    let constants = neuron.constants(timeConstantWeight: timeConstantWeight)
    self.init(
      tau: constants.tau, k: constants.k, threshold: constants.threshold,
      reset: constants.resetPotential, alpha: Float(neuron.surrogate.alpha),
      divides: constants.divides ? 1 : 0, is_soft: constants.hasSoftReset ? 1 : 0,
      detaches_reset: constants.detachesReset ? 1 : 0, decays_input: constants.decaysInput ? 1 : 0,
      surrogate: neuron.surrogate.kind.kernelConstant)
  }
}

extension Surrogate.Kind {
  /// The constant of `gpu_arguments.h`.
  fileprivate var kernelConstant: UInt32 {
    switch self {
    case .atan: UInt32(GPU_ATAN)
    case .sigmoid: UInt32(GPU_SIGMOID)
    case .piecewiseQuadratic: UInt32(GPU_PIECEWISE_QUADRATIC)
    }
  }
}

extension gpu_pooling {
  /// A layer's pooling, as arguments of the kernels; average pooling keeps the four spikes of a
  /// window as bit planes.
  init(_ pooling: Pooling?) {
    self.init(edge: pooling == nil ? 1 : 2, planes: pooling == .average ? 4 : 1)
  }
}

/// Floats per pixel, padded to a multiple of four; as `channel_stride` in the kernels.
func channelStride(_ channelCount: Int) -> Int { (channelCount + 3) / 4 * 4 }

/// Halves per pixel, padded to a multiple of eight; as `half_stride` in the kernels.
func halfStride(_ channelCount: Int) -> Int { (channelCount + 7) / 8 * 8 }

/// 32-bit words per pixel and bit plane, with a bit per channel.
func wordCount(_ channelCount: Int) -> Int { (channelCount + 31) / 32 }

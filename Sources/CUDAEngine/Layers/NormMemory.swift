internal import CUDAKernels
internal import SpikingNetwork

/// Batch norm's tensors on the device.
struct NormMemory {
  let channelCount: Int
  /// Address of γ.
  let weight: UInt64
  /// Address of β.
  let bias: UInt64
  /// Address of the gradient with respect to γ.
  let weightGradient: UInt64
  /// Address of the gradient with respect to β.
  let biasGradient: UInt64
  let runningMean: DeviceArray<Float>
  let runningVariance: DeviceArray<Float>
  /// Mean and 1/√(variance + ε) of the last batch in training `[groups, 2, C]`.
  let statistics: DeviceArray<Double>

  init(
    _ indices: NormIndices, channelCount: Int, groupCount: Int, _ parameters: ParameterMemory,
    _ device: Device
  ) throws(EngineError) {
    self.channelCount = channelCount
    weight = parameters.address(indices.weight, in: parameters.parameters)
    bias = parameters.address(indices.bias, in: parameters.parameters)
    weightGradient = parameters.address(indices.weight, in: parameters.gradients)
    biasGradient = parameters.address(indices.bias, in: parameters.gradients)
    runningMean = try DeviceArray(device, count: channelCount)
    runningVariance = try DeviceArray(device, count: channelCount)
    statistics = try DeviceArray(device, count: groupCount * 2 * channelCount)
  }

  /// The arguments of the kernels that compute factor and summand of each channel.
  ///
  /// - Parameters:
  ///   - sums: Address of the partitions' sums; 0 for the first layer, which has other sums.
  ///   - valueCount: Values per channel in a group.
  ///   - factors: Address of the result `[groups, 2, C]`.
  ///   - isTraining: Whether to use the batch's statistics and update the running ones.
  func arguments(
    sums: UInt64, partitionCount: Int, groupCount: Int, valueCount: Int, factors: UInt64,
    isTraining: Bool
  ) -> gpu_norm {
    gpu_norm(
      partial: sums, weight: weight, bias: bias, running_mean: runningMean.address,
      running_variance: runningVariance.address, statistics: statistics.address, factors: factors,
      partitions: UInt32(partitionCount), groups: UInt32(groupCount),
      channels: UInt32(channelCount), is_evaluation: isTraining ? 0 : 1,
      count: Double(valueCount), epsilon: NetworkDescription.normEpsilon,
      momentum: NetworkDescription.normMomentum)
  }
}

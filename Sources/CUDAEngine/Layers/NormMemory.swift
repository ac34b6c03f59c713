internal import CUDAKernels
internal import SpikingNetwork

/// A batch norm's tensors on the device.
struct NormMemory {
  let channelCount: Int
  /// γ and β, and their gradients.
  let weight: UInt64
  let bias: UInt64
  let weightGradient: UInt64
  let biasGradient: UInt64
  let runningMean: DeviceArray<Float>
  let runningVariance: DeviceArray<Float>
  /// `[groups, 2, C]`: mean and inverse of the last batch.
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

  /// What the kernels are given that find what normalizes.
  ///
  /// - Parameters:
  ///   - sums: Those of partitions; 0 where there are none.
  ///   - valueCount: Values of a channel in a group.
  ///   - isTraining: Whether the batch's statistics count.
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

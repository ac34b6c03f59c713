internal import CUDAKernels
internal import SpikingNetwork

extension Device {
  /// Finds the largest magnitude of values, NaN included.
  ///
  /// Bits of non-negative floats compare like the floats; those of infinity and NaN are the
  /// largest.
  ///
  /// - Parameters:
  ///   - values: Address of `count` float32 values.
  ///   - largest: One word, which receives the magnitude's bits.
  func findLargest(
    _ values: UInt64, count: Int, into largest: DeviceArray<UInt32>
  ) throws(EngineError) {
    try largest.clear()
    try launch(
      "gpu_find_largest",
      grid: (LaunchSizes.blocks(count, threads: LaunchSizes.packThreads), 1, 1),
      threads: LaunchSizes.packThreads,
      gpu_largest(values: values, largest: largest.address, count: UInt32(count)))
  }
}

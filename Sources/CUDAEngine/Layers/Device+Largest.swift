internal import CUDAKernels
internal import SpikingNetwork

extension Device {
  /// Finds the largest magnitude of some values, as the bits of a float.
  ///
  /// - Parameters:
  ///   - values: The address of so many of float32.
  ///   - largest: One word.
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

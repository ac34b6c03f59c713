internal import CUDAKernels
internal import SpikingNetwork

extension HardwarePeak {
  /// The minimum duration of a valid measurement.
  private static let minimumSeconds = 1e-3

  /// Measures the peak of a device, in a few milliseconds and with at most 512 MiB of its memory.
  init(measuring device: Device) throws(EngineError) {
    let clock = device.clock
    defer { device.clock = clock }
    self.init(
      operationsPerSecond: try Self.operationRate(device), bytesPerSecond: try Self.copyRate(device)
    )
  }

  /// Tensor core operations per second in the product of spikes and weights.
  ///
  /// A weight is two halves, so a product of m × k spikes and k × n weights takes 2 · 2 · m · n · k
  /// operations.
  private static func operationRate(_ device: Device) throws(EngineError) -> Double {
    let (inputs, columns) = (512, 256)
    let packed = try DeviceArray<UInt32>(device, count: inputs * columns)
    try packed.clear()
    let largest = try DeviceArray<UInt32>(device, count: 1)
    try largest.clear()
    return try rate(.product, counts: (128, 1 << 18), device) { rows throws(EngineError) in
      let bits = try DeviceArray<UInt32>(device, count: rows * wordCount(inputs))
      try bits.clear()
      let output = try DeviceArray<Float>(device, count: rows * columns)
      for _ in 0..<runCount {
        try device.launch(
          "gpu_multiply_spikes",
          grid: (
            rows / LaunchSizes.productRows, columns / LaunchSizes.productColumns, 1
          ),
          threads: LaunchSizes.productThreads,
          gpu_spike_product(
            bits: bits.address, packed: packed.address, largest: largest.address,
            output: output.address, rows: UInt32(rows), columns: UInt32(columns),
            inputs: UInt32(inputs), taps: 1, height: 1, width: 1, is_convolution: 0, factor: 1))
      }
      // The arrays must live until the kernels have ended.
      try device.synchronize()
      return Double(2 * 2 * rows * inputs * columns)
    }
  }

  /// Bytes read and written per second by a copy in the device's memory.
  private static func copyRate(_ device: Device) throws(EngineError) -> Double {
    try rate(.copies, counts: (1 << 20, 256 << 20), device) { byteCount throws(EngineError) in
      let from = try DeviceArray<UInt8>(device, count: byteCount)
      let to = try DeviceArray<UInt8>(device, count: byteCount)
      for _ in 0..<runCount {
        try device.copy(from.address, to: to.address, byteCount: byteCount)
      }
      try device.synchronize()
      return Double(2 * byteCount)
    }
  }

  /// Runs of each size, whose mean time is used; sizes that are too small to count are a warm-up.
  private static let runCount = 4

  /// The amount of work done per second, at the first size whose run takes ``minimumSeconds``, or
  /// at the last.
  ///
  /// - Parameters:
  ///   - counts: The first and the last size; each size is twice the one before.
  ///   - run: Does the work of a size ``runCount`` times and returns the amount of one run.
  private static func rate(
    _ stage: CUDAStage, counts: (first: Int, last: Int), _ device: Device,
    run: (_ count: Int) throws(EngineError) -> Double
  ) throws(EngineError) -> Double {
    var count = counts.first
    while true {
      device.clock = StageClock()
      let amount = try run(count)
      let key = StageClock.Key(stage: stage, layer: 0)
      let seconds = (device.clock?.seconds[key] ?? 0) / Double(runCount)
      if seconds >= minimumSeconds || count >= counts.last { return amount / seconds }
      count *= 2
    }
  }
}

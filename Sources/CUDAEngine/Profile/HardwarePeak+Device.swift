internal import CUDAKernels
internal import SpikingNetwork

extension HardwarePeak {
  /// What a measurement has to take at least, in seconds, before it counts.
  private static let enough = 1e-3

  /// Measures; takes some milliseconds, and 512 MiB of the device's memory at most.
  init(measuring device: Device) throws(EngineError) {
    let clock = device.clock
    defer { device.clock = clock }
    self.init(
      operationsPerSecond: try Self.operationRate(device), bytesPerSecond: try Self.copyRate(device)
    )
  }

  /// Of the product of spikes and weights, each of which is two halves.
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
      // Until here, as the arrays end.
      try device.synchronize()
      return Double(2 * 2 * rows * inputs * columns)
    }
  }

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

  /// How often each size is run: the first time warms up, with what else takes time.
  private static let runCount = 4

  /// What is done in a second, at the first size at which a run takes long enough, or the last.
  ///
  /// - Parameter run: Does the work ``runCount`` times, and says how much one of them is.
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
      if seconds >= enough || count >= counts.last { return amount / seconds }
      count *= 2
    }
  }
}

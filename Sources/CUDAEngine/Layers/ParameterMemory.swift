internal import CUDAKernels
internal import SpikingNetwork

/// A network's parameters, their gradients and the optimizer's slots on a device.
///
/// Each of these is one array of all parameters: first the w of all learned time constants, so that
/// a single copy reads them; then the other parameters in order, each at a multiple of four values.
final class ParameterMemory {
  let parameters: DeviceArray<Float>
  let gradients: DeviceArray<Float>
  /// Adam's first moments, or SGD's momentum.
  let firstSlot: DeviceArray<Float>
  /// Adam's second moments.
  let secondSlot: DeviceArray<Float>

  /// Number of values of each parameter.
  private let counts: [Int]
  /// Index of each parameter's first value in the arrays.
  private let offsets: [Int]
  /// Indices of the learned time constants among the parameters.
  private let timeConstantIndices: [Int]
  /// The learned w by index; `nil` if they have changed since they were last read.
  private var cachedTimeConstantWeights: [Int: Float]?
  private let largestGradient: DeviceArray<UInt32>

  init(_ network: NetworkDescription, _ device: Device) throws(EngineError) {
    let descriptions = network.parameters
    counts = descriptions.map(\.valueCount)
    timeConstantIndices = descriptions.indices.filter { descriptions[$0].role == .membrane }
    var offsets = [Int](repeating: 0, count: counts.count)
    for (offset, index) in timeConstantIndices.enumerated() { offsets[index] = offset }
    var next = (timeConstantIndices.count + 3) / 4 * 4
    for index in counts.indices where descriptions[index].role != .membrane {
      offsets[index] = next
      next += (counts[index] + 3) / 4 * 4
    }
    self.offsets = offsets
    parameters = try DeviceArray(device, count: next)
    gradients = try DeviceArray(device, count: next)
    firstSlot = try DeviceArray(device, count: next)
    secondSlot = try DeviceArray(device, count: next)
    largestGradient = try DeviceArray(device, count: 1)
    for array in [parameters, gradients, firstSlot, secondSlot] { try array.clear() }
  }

  /// Length of each array, including the gaps between parameters.
  var count: Int { parameters.count }

  /// Address of a parameter's values in one of the arrays.
  func address(_ index: Int, in array: DeviceArray<Float>) -> UInt64 {
    array.address(of: offsets[index])
  }

  /// Copies one of the arrays to the host, parameter by parameter.
  func values(_ array: DeviceArray<Float>) throws(EngineError) -> [[Float]] {
    let all = try array.values(filler: 0)
    return offsets.indices.map { Array(all[offsets[$0]..<offsets[$0] + counts[$0]]) }
  }

  /// Copies the values of each parameter into one of the arrays.
  func set(_ values: [[Float]], in array: DeviceArray<Float>) throws(EngineError) {
    var all = [Float](repeating: 0, count: count)
    for (index, parameter) in values.enumerated() {
      all.replaceSubrange(offsets[index]..<offsets[index] + counts[index], with: parameter)
    }
    try array.set(all)
    cachedTimeConstantWeights = nil
  }

  /// The w of each learned time constant, by its index among the parameters.
  ///
  /// Waits for the device if there are any and they have changed.
  func timeConstantWeights() throws(EngineError) -> [Int: Float] {
    if let cachedTimeConstantWeights { return cachedTimeConstantWeights }
    let values = try parameters.values(0..<timeConstantIndices.count, filler: 0)
    let weights = Dictionary(uniqueKeysWithValues: zip(timeConstantIndices, values))
    cachedTimeConstantWeights = weights
    return weights
  }

  /// Whether all gradients are finite.
  ///
  /// Waits for the device, so that an earlier error is thrown here.
  func gradientsAreFinite(on device: Device) throws(EngineError) -> Bool {
    try device.findLargest(gradients.address, count: count, into: largestGradient)
    // The bits of infinity exceed those of all finite magnitudes; those of NaN exceed infinity's.
    return try largestGradient.values(filler: 0)[0] < Float.infinity.bitPattern
  }

  /// Takes an optimizer step with the gradients, then sets them to 0.
  ///
  /// - Parameters:
  ///   - first: Adam's first moments, or SGD's momentum.
  ///   - second: Adam's second moments; SGD does not use it.
  func update(
    by factors: OptimizerFactors, first: DeviceArray<Float>, second: DeviceArray<Float>,
    on device: Device
  ) throws(EngineError) {
    cachedTimeConstantWeights = nil
    try device.launch(
      "gpu_update_parameters",
      grid: (LaunchSizes.blocks(count, threads: LaunchSizes.elementThreads), 1, 1),
      threads: LaunchSizes.elementThreads,
      gpu_update(
        parameters: parameters.address, gradients: gradients.address, first: first.address,
        second: second.address, count: UInt32(count), is_adam: factors.isAdam ? 1 : 0,
        rate: factors.rate, correction: factors.correction, decay: factors.decay,
        momentum: factors.momentum))
  }
}

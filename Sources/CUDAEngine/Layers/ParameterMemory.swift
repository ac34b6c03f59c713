internal import CUDAKernels
internal import SpikingNetwork

/// A network's parameters, their gradients and the optimizer's memory on a device.
///
/// Each is one array of all parameters: the learned time constants first, so that one copy reads
/// them, then the others in their order, each at a multiple of four values.
final class ParameterMemory {
  let parameters: DeviceArray<Float>
  let gradients: DeviceArray<Float>
  /// Adam's means, or SGD's momentum.
  let firstSlot: DeviceArray<Float>
  /// Adam's squares.
  let secondSlot: DeviceArray<Float>

  private let counts: [Int]
  private let offsets: [Int]
  /// The learned time constants among the parameters.
  private let membranes: [Int]
  /// Their weights, where they have been read since they changed.
  private var knownMembraneWeights: [Int: Float]?
  private let largestGradient: DeviceArray<UInt32>

  init(_ network: NetworkDescription, _ device: Device) throws(EngineError) {
    let described = network.parameters
    counts = described.map(\.valueCount)
    membranes = described.indices.filter { described[$0].role == .membrane }
    var offsets = [Int](repeating: 0, count: counts.count)
    for (number, membrane) in membranes.enumerated() { offsets[membrane] = number }
    var next = (membranes.count + 3) / 4 * 4
    for index in counts.indices where described[index].role != .membrane {
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

  /// Values of each array, gaps with them.
  var count: Int { parameters.count }

  /// Where a parameter is in an array.
  func address(_ index: Int, in array: DeviceArray<Float>) -> UInt64 {
    array.address(of: offsets[index])
  }

  /// Copies an array's values out, a parameter each.
  func values(_ array: DeviceArray<Float>) throws(EngineError) -> [[Float]] {
    let all = try array.values(filler: 0)
    return offsets.indices.map { Array(all[offsets[$0]..<offsets[$0] + counts[$0]]) }
  }

  /// Copies values into an array, a parameter each.
  func set(_ values: [[Float]], in array: DeviceArray<Float>) throws(EngineError) {
    var all = [Float](repeating: 0, count: count)
    for (index, own) in values.enumerated() {
      all.replaceSubrange(offsets[index]..<offsets[index] + counts[index], with: own)
    }
    try array.set(all)
    knownMembraneWeights = nil
  }

  /// The learned time constants' weights, by their number among the parameters.
  ///
  /// Waits for the device where there are any and they have changed.
  func timeConstantWeights() throws(EngineError) -> [Int: Float] {
    if let knownMembraneWeights { return knownMembraneWeights }
    let values = try parameters.values(0..<membranes.count, filler: 0)
    let weights = Dictionary(uniqueKeysWithValues: zip(membranes, values))
    knownMembraneWeights = weights
    return weights
  }

  /// Whether all gradients are finite numbers.
  ///
  /// Waits for the device: what went wrong before is thrown here.
  func gradientsAreFinite(on device: Device) throws(EngineError) -> Bool {
    try device.findLargest(gradients.address, count: count, into: largestGradient)
    // Infinity's bits, which those of what is no number exceed.
    return try largestGradient.values(filler: 0)[0] < Float.infinity.bitPattern
  }

  /// Lets an optimizer take a step along the gradients, which become 0.
  ///
  /// - Parameters:
  ///   - first: Adam's means, or SGD's momentum.
  ///   - second: Adam's squares; not read by SGD.
  func update(
    by factors: OptimizerFactors, first: DeviceArray<Float>, second: DeviceArray<Float>,
    on device: Device
  ) throws(EngineError) {
    knownMembraneWeights = nil
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

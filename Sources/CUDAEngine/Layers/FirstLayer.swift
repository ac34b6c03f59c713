internal import CUDAKernels
internal import SpikingNetwork

/// The first convolution, which takes counts, with its batch norm, neurons and pooling, on the
/// device.
final class FirstLayer {
  private(set) var shape: LayerShape
  let bits: GrowingArray<UInt32>
  /// The spikes of each channel.
  private let spikeCounts: UInt64

  private let device: Device
  private let workspace: Workspace
  private let network: NetworkDescription
  private let instructions: ProductInstructions
  private let norm: NormMemory
  private let weights: UInt64
  private let largestWeight: DeviceArray<UInt32>
  private let weightGradient: UInt64
  private let membraneGradient: UInt64
  /// The batch's counts.
  let counts: CountMemory
  /// Moments of what the taps see, in training.
  private let moments: DeviceArray<UInt64>
  private let factors: DeviceArray<Float>
  private var neuron: gpu_neuron

  /// - Parameter spikeCounts: Where the spikes of each channel are counted.
  init(
    _ shape: LayerShape, _ network: NetworkDescription, _ block: ConvolutionBlock,
    _ parameters: ParameterMemory, _ workspace: Workspace, instructions: ProductInstructions,
    spikeCounts: UInt64
  ) throws(EngineError) {
    let device = workspace.device
    self.device = device
    self.workspace = workspace
    self.shape = shape
    self.network = network
    self.instructions = instructions
    norm = try NormMemory(
      block.norm, channelCount: shape.outputCount, groupCount: shape.groupCount, parameters, device)
    weights = parameters.address(block.tensors.weight, in: parameters.parameters)
    weightGradient = parameters.address(block.tensors.weight, in: parameters.gradients)
    membraneGradient =
      block.tensors.membrane.map { parameters.address($0, in: parameters.gradients) } ?? 0
    largestWeight = try DeviceArray(device, count: 1)
    let taps = 9 * shape.inputChannelCount
    moments = try DeviceArray(device, count: shape.groupCount * (taps * (taps + 1) / 2 + taps))
    factors = try DeviceArray(device, count: shape.groupCount * 2 * shape.outputCount)
    bits = GrowingArray(device)
    counts = CountMemory(device)
    self.spikeCounts = spikeCounts
    neuron = gpu_neuron(network.neuron, timeConstantWeight: network.neuron.isParametric ? 0 : nil)
  }

  /// The running statistics.
  var running: (mean: DeviceArray<Float>, variance: DeviceArray<Float>) {
    (norm.runningMean, norm.runningVariance)
  }

  private var tapCount: Int { 9 * shape.inputChannelCount }

  private var usesTensorCores: Bool {
    instructions == .tensor && shape.takesTensorCores(countByteCount: counts.countByteCount)
  }

  /// What the names of this layer's kernels end with.
  private var kernelSuffix: String {
    usesTensorCores ? "_tensor" : shape.pooling == nil ? "" : "_pooled"
  }

  /// Runs the layer over the counts.
  ///
  /// - Returns: The address of the bits that come out.
  func forward(
    _ shape: LayerShape, timeConstantWeight: Float?, isTraining: Bool
  ) throws(EngineError) -> UInt64 {
    self.shape = shape
    neuron = gpu_neuron(network.neuron, timeConstantWeight: timeConstantWeight)
    let groupCount = isTraining ? shape.groupCount : 1
    let images = shape.images(groupCount: groupCount)
    if isTraining {
      try moments.clear()
      let tiles =
        (shape.output.height + LaunchSizes.tileRows - 1) / LaunchSizes.tileRows
        * ((shape.output.width + LaunchSizes.tileColumns - 1) / LaunchSizes.tileColumns)
      try device.launch(
        "gpu_sum_count_moments", grid: (tiles * shape.imageCount, 1, 1),
        threads: LaunchSizes.countThreads,
        gpu_count_moments(
          counts: counts.address, sums: moments.address, images: images,
          polarities: UInt32(shape.inputChannelCount),
          count_bytes: UInt32(counts.countByteCount)))
    }
    try device.launch(
      "gpu_finish_first_norm", grid: (wordCount(shape.outputCount), 1, 1),
      threads: LaunchSizes.warp,
      gpu_first_norm(
        sums: moments.address, weights: weights, taps: UInt32(tapCount),
        norm: norm.arguments(
          sums: 0, partitionCount: 0, groupCount: groupCount, valueCount: shape.groupValueCount,
          factors: factors.address, isTraining: isTraining)))
    let bits = try self.bits.atLeast(shape.bitWordCount)
    try device.launch(
      "gpu_run_first" + kernelSuffix, grid: (forwardBlockCount, 1, 1),
      threads: LaunchSizes.stageThreads,
      gpu_first_forward(
        counts: counts.address, weights: weights, largest: largestWeight.address,
        factors: factors.address, bits: bits.address,
        spikes: spikeCounts, neuron: neuron, images: images,
        pooling: gpu_pooling(shape.pooling), polarities: UInt32(shape.inputChannelCount),
        count_bytes: UInt32(counts.countByteCount)))
    return bits.address
  }

  private var forwardBlockCount: Int {
    let words = wordCount(shape.outputCount)
    guard usesTensorCores else {
      return LaunchSizes.blocks(
        shape.windowCount * words * LaunchSizes.warp, threads: LaunchSizes.stageThreads)
    }
    // A multiple of the words, so that a warp keeps its weights; each takes a few tiles.
    let warps = LaunchSizes.stageThreads / LaunchSizes.warp
    let blocks = min(4096, (shape.tileCount * words + warps - 1) / warps)
    return (blocks + words - 1) / words * words
  }

  /// Finds the scale of the weights anew, after they have changed.
  func packWeights() throws(EngineError) {
    try device.findLargest(weights, count: shape.outputCount * tapCount, into: largestWeight)
  }

  /// Goes back through the layer, and adds to the gradients of its parameters.
  func backward(pooledGradient: UInt64) throws(EngineError) {
    let partitionCount = shape.firstPartitionCount(usesTensorCores: usesTensorCores)
    let membranes = try workspace.membranes.atLeast(
      shape.firstMembraneCount(usesTensorCores: usesTensorCores))
    let sumCount = shape.firstPartitionSumCount
    let sums = try workspace.clearedSums(shape.firstSumCount(usesTensorCores: usesTensorCores))
    try device.launch(
      "gpu_go_back_first" + kernelSuffix,
      grid: (partitionCount, wordCount(shape.outputCount), 1),
      threads: LaunchSizes.stageThreads,
      gpu_first_backward(
        counts: counts.address, weights: weights, largest: largestWeight.address,
        factors: factors.address,
        pooled: pooledGradient, membranes: membranes.address, partial: sums.address,
        neuron: neuron, images: shape.images, pooling: gpu_pooling(shape.pooling),
        polarities: UInt32(shape.inputChannelCount),
        count_bytes: UInt32(counts.countByteCount), learns_k: membraneGradient == 0 ? 0 : 1))
    try device.launch(
      "gpu_sum_first_partitions", grid: (wordCount(sumCount), 1, 1),
      threads: LaunchSizes.elementThreads,
      gpu_first_partitions(
        partial: sums.address, partitions: UInt32(partitionCount), count: UInt32(sumCount)))
    try device.launch(
      "gpu_finish_first_gradients", grid: (shape.outputCount, 1, 1), threads: LaunchSizes.warp,
      gpu_first_gradients(
        partial: sums.address, sums: moments.address, statistics: norm.statistics.address,
        weights: weights, norm_weight: norm.weight, weight_gradient: weightGradient,
        norm_weight_gradient: norm.weightGradient, norm_bias_gradient: norm.biasGradient,
        membrane_gradient: membraneGradient,
        groups: UInt32(shape.groupCount), channels: UInt32(shape.outputCount),
        taps: UInt32(tapCount), count: Double(shape.groupValueCount),
        membrane_slope: neuron.membraneSlope))
  }
}

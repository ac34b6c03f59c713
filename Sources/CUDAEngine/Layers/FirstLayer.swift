internal import CUDAKernels
internal import SpikingNetwork

/// The first convolution, whose inputs are event counts, with its batch norm, neurons and pooling.
///
/// The convolution's output is never stored: batch norm's statistics follow from the moments of the
/// counts, and the gradients from sums in closed form.
final class FirstLayer {
  /// The last batch's shape.
  private(set) var shape: LayerShape
  /// The pooled spikes of the last batch.
  let bits: GrowingArray<UInt32>
  /// Address of the number of spikes of each channel.
  private let spikeCounts: UInt64

  private let device: Device
  private let workspace: Workspace
  private let network: NetworkDescription
  private let instructions: ProductInstructions
  private let norm: NormMemory
  /// Address of the weights, `[outputs, polarities, taps]`.
  private let weights: UInt64
  /// The largest magnitude of the weights, as the bits of a float; the weights' scale follows from
  /// it.
  private let largestWeight: DeviceArray<UInt32>
  /// Address of the gradient with respect to the weights.
  private let weightGradient: UInt64
  /// Address of the gradient with respect to w; 0 if the time constant is fixed.
  private let timeConstantGradient: UInt64
  /// The batch's event counts.
  let counts: CountMemory
  /// Sums of products of the counts at each pair of taps, then sums of the counts at each tap, in
  /// training `[groups, pairs + taps]`.
  private let moments: DeviceArray<UInt64>
  /// Batch norm's factor and summand `[groups, 2, C]`.
  private let factors: DeviceArray<Float>
  private var neuron: gpu_neuron

  /// - Parameter spikeCounts: Address of the number of spikes of each channel, which is added to.
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
    timeConstantGradient =
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
  var runningStatistics: (mean: DeviceArray<Float>, variance: DeviceArray<Float>) {
    (norm.runningMean, norm.runningVariance)
  }

  /// Taps of all polarities.
  private var tapCount: Int { 9 * shape.inputChannelCount }

  private var usesTensorCores: Bool {
    instructions == .tensor && shape.supportsTensorCores(countByteCount: counts.countByteCount)
  }

  /// Suffix of the names of this layer's kernels.
  private var kernelSuffix: String {
    usesTensorCores ? "_tensor" : shape.pooling == nil ? "" : "_pooled"
  }

  /// Runs the forward pass over the counts.
  ///
  /// - Returns: Address of the output bits.
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
    // A multiple of the words, so that a warp has the same channels, and weights, in all its tiles.
    let warps = LaunchSizes.stageThreads / LaunchSizes.warp
    let blocks = min(4096, (shape.tileCount * words + warps - 1) / warps)
    return (blocks + words - 1) / words * words
  }

  /// Determines the scale of changed weights.
  func packWeights() throws(EngineError) {
    try device.findLargest(weights, count: shape.outputCount * tapCount, into: largestWeight)
  }

  /// Runs the backward pass, and adds to the gradients with respect to the layer's parameters.
  ///
  /// - Parameter pooledGradient: Address of the gradient with respect to the pooled spikes.
  func backward(pooledGradient: UInt64) throws(EngineError) {
    let partitionCount = shape.firstPartitionCount(usesTensorCores: usesTensorCores)
    let membranes = try workspace.membranes.atLeast(
      shape.firstMembraneCount(usesTensorCores: usesTensorCores))
    let sumCount = shape.firstPartitionSumCount
    let sums = try workspace.clearedSums(shape.firstSumCount(usesTensorCores: usesTensorCores))
    try device.launch(
      "gpu_backward_first" + kernelSuffix,
      grid: (partitionCount, wordCount(shape.outputCount), 1),
      threads: LaunchSizes.stageThreads,
      gpu_first_backward(
        counts: counts.address, weights: weights, largest: largestWeight.address,
        factors: factors.address,
        pooled: pooledGradient, membranes: membranes.address, partial: sums.address,
        neuron: neuron, images: shape.images, pooling: gpu_pooling(shape.pooling),
        polarities: UInt32(shape.inputChannelCount),
        count_bytes: UInt32(counts.countByteCount), learns_k: timeConstantGradient == 0 ? 0 : 1))
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
        membrane_gradient: timeConstantGradient,
        groups: UInt32(shape.groupCount), channels: UInt32(shape.outputCount),
        taps: UInt32(tapCount), count: Double(shape.groupValueCount),
        membrane_slope: neuron.timeConstantSlope))
  }
}

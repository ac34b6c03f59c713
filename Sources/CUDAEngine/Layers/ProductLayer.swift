internal import CUDAKernels
internal import SpikingNetwork

/// A convolution behind the first, or a linear layer, with the neurons behind it, on the device.
final class ProductLayer {
  /// The last batch's shape.
  private(set) var shape: LayerShape
  /// The spikes that come out.
  let bits: GrowingArray<UInt32>
  /// The spikes of each channel.
  private let spikeCounts: UInt64

  private let device: Device
  private let workspace: Workspace
  private let network: NetworkDescription
  private let tensors: TensorIndices
  private let norm: NormMemory?
  private let products: LayerProducts
  private let membraneGradient: UInt64
  /// The product; in the backward pass its gradient.
  private let values: GrowingArray<Float>
  private let factors: DeviceArray<Float>
  private let backwardFactors: DeviceArray<Float>
  private let largest: DeviceArray<UInt32>
  /// Of each channel: what bounds the gradients of its values, and the sum over k.
  private let bounds: DeviceArray<UInt32>
  private let leaks: DeviceArray<Double>
  /// The bits that came in, and those of them that dropout kept.
  private var input: UInt64 = 0
  private let kept: GrowingArray<UInt32>
  private let mask: GrowingArray<UInt32>
  private var isMasked = false
  private var neuron: gpu_neuron

  /// - Parameter spikeCounts: Where the spikes of each channel are counted.
  init(
    _ shape: LayerShape, _ network: NetworkDescription, tensors: TensorIndices, norm: NormIndices?,
    _ parameters: ParameterMemory, _ workspace: Workspace, instructions: ProductInstructions,
    spikeCounts: UInt64
  ) throws(EngineError) {
    let device = workspace.device
    self.device = device
    self.workspace = workspace
    self.shape = shape
    self.network = network
    self.tensors = tensors
    if let norm {
      self.norm = try NormMemory(
        norm, channelCount: shape.outputCount, groupCount: shape.groupCount, parameters, device)
    } else {
      self.norm = nil
    }
    products = try LayerProducts(
      shape, weights: parameters.address(tensors.weight, in: parameters.parameters),
      gradient: parameters.address(tensors.weight, in: parameters.gradients), workspace,
      instructions: instructions)
    membraneGradient =
      tensors.membrane.map { parameters.address($0, in: parameters.gradients) } ?? 0
    values = GrowingArray(device)
    bits = GrowingArray(device)
    kept = GrowingArray(device)
    mask = GrowingArray(device)
    self.spikeCounts = spikeCounts
    factors = try DeviceArray(device, count: shape.groupCount * 2 * shape.outputCount)
    // Behind a linear layer nothing is normalized.
    try factors.set(
      [Float](repeating: 1, count: shape.outputCount)
        + [Float](repeating: 0, count: factors.count - shape.outputCount))
    backwardFactors = try DeviceArray(device, count: shape.groupCount * 3 * shape.outputCount)
    largest = try DeviceArray(device, count: 2 * shape.outputCount)
    bounds = try DeviceArray(device, count: shape.outputCount)
    leaks = try DeviceArray(device, count: shape.outputCount)
    neuron = gpu_neuron(network.neuron, timeConstantWeight: network.neuron.isParametric ? 0 : nil)
  }

  /// The tensors of the batch norm behind a convolution.
  var running: (mean: DeviceArray<Float>, variance: DeviceArray<Float>)? {
    norm.map { ($0.runningMean, $0.runningVariance) }
  }

  /// Makes ready for products what follows from the weights, after they have changed.
  func packWeights() throws(EngineError) { try products.packWeights(shape) }

  // MARK: Forward

  /// Runs the layer.
  ///
  /// - Parameters:
  ///   - input: The bits that come in.
  ///   - mask: Which features dropout keeps, `[N, taps, words]`; `nil` where nothing is dropped.
  ///   - keptFactor: What those are multiplied by.
  ///   - timeConstantWeight: The learned w.
  ///   - isTraining: Whether batch norm takes the batch's statistics.
  /// - Returns: The address of the bits that come out.
  func forward(
    _ shape: LayerShape, input: UInt64, mask: [UInt32]?, keptFactor: Float,
    timeConstantWeight: Float?, isTraining: Bool, isHalf: Bool
  ) throws(EngineError) -> UInt64 {
    self.shape = shape
    self.input = input
    isMasked = mask != nil
    if let mask { self.input = try drop(input, mask) }
    neuron = gpu_neuron(network.neuron, timeConstantWeight: timeConstantWeight)
    let values = try self.values.atLeast(shape.valueCount)
    try products.multiplySpikes(
      shape, bits: self.input, into: values, factor: keptFactor, isHalf: isHalf)
    let groupCount = isTraining ? shape.groupCount : 1
    if let norm { try normalize(norm, values, groupCount: groupCount, isTraining: isTraining) }
    let bits = try self.bits.atLeast(shape.bitWordCount)
    try device.launch(
      shape.pooling == nil ? "gpu_run_neurons" : "gpu_run_pooled_neurons",
      grid: (min(1024, shape.windowBlockCount), wordCount(shape.outputCount), 1),
      threads: LaunchSizes.stageThreads,
      gpu_neurons_forward(
        values: values.address, factors: factors.address, bits: bits.address,
        spikes: spikeCounts, neuron: neuron,
        images: shape.images(groupCount: groupCount), pooling: gpu_pooling(shape.pooling)))
    return bits.address
  }

  private func drop(_ input: UInt64, _ mask: [UInt32]) throws(EngineError) -> UInt64 {
    let words = wordCount(shape.inputChannelCount)
    let count = shape.keptWordCount
    let masks = try self.mask.atLeast(mask.count)
    try masks.set(mask)
    let kept = try self.kept.atLeast(count)
    try device.launch(
      "gpu_drop", grid: (LaunchSizes.blocks(count, threads: LaunchSizes.elementThreads), 1, 1),
      threads: LaunchSizes.elementThreads,
      gpu_dropout(
        bits: input, mask: masks.address, kept: kept.address, images: UInt32(shape.imageCount),
        samples: UInt32(shape.sampleCount), taps: UInt32(shape.tapCount),
        planes: UInt32(shape.inputPlaneCount), words: UInt32(words)))
    return kept.address
  }

  private func normalize(
    _ norm: NormMemory, _ values: DeviceArray<Float>, groupCount: Int, isTraining: Bool
  ) throws(EngineError) {
    let partitions = shape.momentPartitionCount
    let channelCount = shape.outputCount
    let columns = (channelCount + LaunchSizes.momentChannels - 1) / LaunchSizes.momentChannels
    let sums = try workspace.sums.atLeast(shape.momentSumCount(groupCount: groupCount))
    if isTraining {
      try device.launch(
        "gpu_sum_moments", grid: (partitions, columns, groupCount),
        threads: LaunchSizes.momentThreads,
        gpu_moments(
          values: values.address, partial: sums.address,
          group_rows: UInt32(shape.groupValueCount), groups: UInt32(groupCount),
          channels: UInt32(channelCount), partitions: UInt32(partitions)))
    }
    try device.launch(
      "gpu_finish_norm", grid: (finishBlockCount, 1, 1), threads: LaunchSizes.finishThreads,
      norm.arguments(
        sums: sums.address, partitionCount: partitions, groupCount: groupCount,
        valueCount: shape.groupValueCount, factors: factors.address, isTraining: isTraining))
  }

  // MARK: Backward

  /// Goes back through the layer, and adds to the gradients of its parameters.
  ///
  /// - Parameters:
  ///   - pooledGradient: With respect to the spikes that went out.
  ///   - inputGradient: Gets that with respect to those that came in.
  func backward(
    pooledGradient: UInt64, inputGradient: UInt64, keptFactor: Float, isHalf: Bool
  ) throws(EngineError) {
    let values = try self.values.atLeast(shape.valueCount)
    let partitions = shape.backwardPartitionCount
    let sumCount = shape.sumCount
    // Groups' sums are added to what is there.
    let sums =
      try shape.groupCount == 1 ? workspace.sums.atLeast(sumCount) : workspace.clearedSums(sumCount)
    try largest.clear()
    let halves = try workspace.gradients.atLeast(shape.halfCount)
    func goBack(writes: Bool) throws(EngineError) {
      try launchBackward(
        values, into: halves, pooledGradient, sums, writes: writes, isHalf: isHalf)
    }
    try goBack(writes: false)
    let gradients = gpu_gradient_factors(
      partial: sums.address, largest: largest.address, statistics: norm?.statistics.address ?? 0,
      weight: norm?.weight ?? 0, weight_gradient: norm?.weightGradient ?? 0,
      bias_gradient: norm?.biasGradient ?? 0, membrane_gradient: membraneGradient,
      backward_factors: backwardFactors.address, bounds: bounds.address, leaks: leaks.address,
      gradient_exponent: products.gradientExponent.address, partitions: UInt32(partitions),
      groups: UInt32(shape.groupCount), channels: UInt32(shape.outputCount),
      count: Double(shape.groupValueCount), membrane_slope: neuron.membraneSlope)
    try device.launch(
      "gpu_finish_gradients", grid: (finishBlockCount, 1, 1), threads: LaunchSizes.finishThreads,
      gradients)
    try device.launch(
      "gpu_finish_layer_gradients", grid: (1, 1, 1), threads: LaunchSizes.finishThreads, gradients)
    try goBack(writes: true)
    try products.addWeightGradient(
      shape, halves, bits: input, factor: keptFactor, isHalf: isHalf)
    try products.multiplyGradients(
      shape, halves, into: inputGradient, mask: isMasked ? try mask.atLeast(1).address : 0,
      factor: keptFactor, isHalf: isHalf)
  }

  private var finishBlockCount: Int {
    (shape.outputCount + LaunchSizes.finishChannels - 1) / LaunchSizes.finishChannels
  }

  private func launchBackward(
    _ values: DeviceArray<Float>, into halves: DeviceArray<UInt16>, _ pooledGradient: UInt64,
    _ sums: DeviceArray<Double>, writes: Bool, isHalf: Bool
  ) throws(EngineError) {
    let kernel: String
    let blocks: Int
    switch (shape.isShort, writes) {
    case (false, _): (kernel, blocks) = ("gpu_go_back", shape.partitionCount)
    case (true, false): (kernel, blocks) = ("gpu_sum_short", shape.shortPartitionCount)
    case (true, true): (kernel, blocks) = ("gpu_write_short", shape.windowBlockCount)
    }
    let membranes = shape.isShort ? 0 : try workspace.membranes.atLeast(shape.membraneCount).address
    try device.launch(
      shape.pooling == nil ? kernel : kernel + "_pooled",
      grid: (blocks, wordCount(shape.outputCount), 1), threads: LaunchSizes.stageThreads,
      gpu_neurons_backward(
        values: values.address, gradients: halves.address, factors: factors.address,
        pooled: pooledGradient, membranes: membranes, partial: sums.address,
        largest: largest.address,
        backward_factors: backwardFactors.address,
        gradient_exponent: products.gradientExponent.address,
        neuron: neuron, images: shape.images, pooling: gpu_pooling(shape.pooling),
        writes: writes ? 1 : 0, is_half: isHalf ? 1 : 0))
  }
}

extension gpu_neuron {
  /// The derivative of the learned k with respect to its w.
  var membraneSlope: Double { Double(k) * (1 - Double(k)) }
}

internal import CUDAKernels
internal import SpikingNetwork

/// A convolution after the first, with its batch norm, neurons and pooling, or a linear layer with
/// its neurons.
final class ProductLayer {
  /// The last batch's shape.
  private(set) var shape: LayerShape
  /// The pooled spikes of the last batch.
  let bits: GrowingArray<UInt32>
  /// Address of the number of spikes of each channel.
  private let spikeCounts: UInt64

  private let device: Device
  private let workspace: Workspace
  private let network: NetworkDescription
  private let tensors: TensorIndices
  private let norm: NormMemory?
  private let products: LayerProducts
  /// Address of a linear layer's biases; `nil` without biases.
  private let biases: UInt64?
  /// Address of the gradient with respect to β of batch norm, or to the biases; 0 without either.
  private let biasGradient: UInt64
  /// Address of the gradient with respect to w; 0 if the time constant is fixed.
  private let timeConstantGradient: UInt64
  /// The values: the product of spikes and weights `[rows, outputs]`.
  private let values: GrowingArray<Float>
  /// Batch norm's factor and summand `[groups, 2, C]`; without batch norm, 1 and the bias, or 0.
  private let factors: DeviceArray<Float>
  /// a, b and c of each channel `[groups, 3, C]`: the gradient with respect to a value x is
  /// a·dy + b·x + c, where dy is that with respect to batch norm's output.
  private let backwardFactors: DeviceArray<Float>
  /// The largest |dy| and |x| of each channel, as the bits of floats `[2, C]`.
  private let largest: DeviceArray<UInt32>
  /// An upper bound of |a·dy + b·x + c| for each channel, as the bits of a float.
  private let bounds: DeviceArray<UInt32>
  /// The gradient of each channel with respect to k.
  private let decayGradients: DeviceArray<Double>
  /// Address of the last batch's input bits, after dropout.
  private var input: UInt64 = 0
  /// The input bits that dropout kept.
  private let kept: GrowingArray<UInt32>
  /// The dropout mask.
  private let mask: GrowingArray<UInt32>
  /// Whether the last batch had a dropout mask.
  private var isMasked = false
  private var neuron: gpu_neuron

  /// - Parameter spikeCounts: Address of the number of spikes of each channel, which is added to.
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
    biases = tensors.bias.map { parameters.address($0, in: parameters.parameters) }
    biasGradient =
      (norm?.bias ?? tensors.bias).map { parameters.address($0, in: parameters.gradients) } ?? 0
    products = try LayerProducts(
      shape, weights: parameters.address(tensors.weight, in: parameters.parameters),
      gradient: parameters.address(tensors.weight, in: parameters.gradients), workspace,
      instructions: instructions)
    timeConstantGradient =
      tensors.membrane.map { parameters.address($0, in: parameters.gradients) } ?? 0
    values = GrowingArray(device)
    bits = GrowingArray(device)
    kept = GrowingArray(device)
    mask = GrowingArray(device)
    self.spikeCounts = spikeCounts
    factors = try DeviceArray(device, count: shape.groupCount * 2 * shape.outputCount)
    // The factors of a linear layer, which has no batch norm.
    try factors.set(
      [Float](repeating: 1, count: shape.outputCount)
        + [Float](repeating: 0, count: factors.count - shape.outputCount))
    backwardFactors = try DeviceArray(device, count: shape.groupCount * 3 * shape.outputCount)
    largest = try DeviceArray(device, count: 2 * shape.outputCount)
    bounds = try DeviceArray(device, count: shape.outputCount)
    decayGradients = try DeviceArray(device, count: shape.outputCount)
    neuron = gpu_neuron(network.neuron, timeConstantWeight: network.neuron.isParametric ? 0 : nil)
  }

  /// Batch norm's running statistics; `nil` for a linear layer.
  var runningStatistics: (mean: DeviceArray<Float>, variance: DeviceArray<Float>)? {
    norm.map { ($0.runningMean, $0.runningVariance) }
  }

  /// Packs changed weights for the products.
  ///
  /// The biases of a linear layer become the summands of its values.
  func packWeights() throws(EngineError) {
    try products.packWeights(shape)
    if let biases {
      try device.copy(
        biases, to: factors.address(of: shape.outputCount), byteCount: 4 * shape.outputCount)
    }
  }

  // MARK: Forward

  /// Runs the forward pass.
  ///
  /// - Parameters:
  ///   - input: Address of the input bits.
  ///   - mask: The features that dropout keeps, as bits `[N, taps, words]`; `nil` without dropout.
  ///   - keptFactor: The factor of kept features.
  ///   - timeConstantWeight: The learned w; `nil` if the time constant is fixed.
  ///   - isTraining: Whether batch norm uses the batch's statistics.
  /// - Returns: Address of the output bits.
  func forward(
    _ shape: LayerShape, input: UInt64, mask: [UInt32]?, keptFactor: Float,
    timeConstantWeight: Float?, isTraining: Bool, usesFloat16: Bool
  ) throws(EngineError) -> UInt64 {
    self.shape = shape
    self.input = input
    isMasked = mask != nil
    if let mask { self.input = try drop(input, mask) }
    neuron = gpu_neuron(network.neuron, timeConstantWeight: timeConstantWeight)
    let values = try self.values.atLeast(shape.valueCount)
    try products.multiplySpikes(
      shape, bits: self.input, into: values, factor: keptFactor, usesFloat16: usesFloat16)
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

  /// Applies dropout to the input bits.
  ///
  /// - Returns: Address of the bits that are kept.
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
        planes: UInt32(shape.inputBitPlaneCount), words: UInt32(words)))
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

  /// Runs the backward pass, and adds to the gradients with respect to the layer's parameters.
  ///
  /// - Parameters:
  ///   - pooledGradient: Address of the gradient with respect to the output spikes.
  ///   - inputGradient: Address that receives the gradient with respect to the input spikes.
  func backward(
    pooledGradient: UInt64, inputGradient: UInt64, keptFactor: Float, usesFloat16: Bool
  ) throws(EngineError) {
    let values = try self.values.atLeast(shape.valueCount)
    let partitions = shape.backwardPartitionCount
    let sumCount = shape.sumCount
    // With several groups, the kernel adds to the sums.
    let sums =
      try shape.groupCount == 1 ? workspace.sums.atLeast(sumCount) : workspace.clearedSums(sumCount)
    try largest.clear()
    let halves = try workspace.gradients.atLeast(shape.halfCount)
    // The first run sums what batch norm needs; the second writes the gradients.
    func runBackward(writes: Bool) throws(EngineError) {
      try launchNeuronsBackward(
        values, into: halves, pooledGradient, sums, writes: writes, usesFloat16: usesFloat16)
    }
    try runBackward(writes: false)
    let gradients = gpu_gradient_factors(
      partial: sums.address, largest: largest.address, statistics: norm?.statistics.address ?? 0,
      weight: norm?.weight ?? 0, weight_gradient: norm?.weightGradient ?? 0,
      bias_gradient: biasGradient, membrane_gradient: timeConstantGradient,
      backward_factors: backwardFactors.address, bounds: bounds.address,
      leaks: decayGradients.address,
      gradient_exponent: products.gradientExponent.address, partitions: UInt32(partitions),
      groups: UInt32(shape.groupCount), channels: UInt32(shape.outputCount),
      count: Double(shape.groupValueCount), membrane_slope: neuron.timeConstantSlope)
    try device.launch(
      "gpu_finish_gradients", grid: (finishBlockCount, 1, 1), threads: LaunchSizes.finishThreads,
      gradients)
    try device.launch(
      "gpu_finish_layer_gradients", grid: (1, 1, 1), threads: LaunchSizes.finishThreads, gradients)
    try runBackward(writes: true)
    try products.addWeightGradient(
      shape, halves, bits: input, factor: keptFactor, usesFloat16: usesFloat16)
    try products.multiplyGradients(
      shape, halves, into: inputGradient, mask: isMasked ? try mask.atLeast(1).address : 0,
      factor: keptFactor, usesFloat16: usesFloat16)
  }

  private var finishBlockCount: Int {
    (shape.outputCount + LaunchSizes.finishChannels - 1) / LaunchSizes.finishChannels
  }

  /// Launches the backward pass through pooling, neurons and batch norm.
  ///
  /// - Parameter writes: Whether it writes the gradients with respect to the values as halves;
  ///   otherwise it sums what batch norm needs.
  private func launchNeuronsBackward(
    _ values: DeviceArray<Float>, into halves: DeviceArray<UInt16>, _ pooledGradient: UInt64,
    _ sums: DeviceArray<Double>, writes: Bool, usesFloat16: Bool
  ) throws(EngineError) {
    let kernel: String
    let blocks: Int
    switch (shape.fitsInRegisters, writes) {
    case (false, _): (kernel, blocks) = ("gpu_backward", shape.partitionCount)
    case (true, false): (kernel, blocks) = ("gpu_sum_short", shape.registerPartitionCount)
    case (true, true): (kernel, blocks) = ("gpu_write_short", shape.windowBlockCount)
    }
    let membranes =
      shape.fitsInRegisters ? 0 : try workspace.membranes.atLeast(shape.membraneCount).address
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
        writes: writes ? 1 : 0, is_half: usesFloat16 ? 1 : 0))
  }
}

extension gpu_neuron {
  /// dk/dw = k·(1 − k), since k = sigmoid(w).
  var timeConstantSlope: Double { Double(k) * (1 - Double(k)) }
}

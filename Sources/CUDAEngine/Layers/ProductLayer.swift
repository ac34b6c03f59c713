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
  private let weights: UInt64
  private let weightGradient: UInt64
  private let membraneGradient: UInt64
  /// Weights for the way forward and for the way back, as halves of float16.
  private let packed: DeviceArray<UInt32>
  private let packedBack: DeviceArray<UInt32>
  private let largestWeight: DeviceArray<UInt32>
  /// The product; on the way back its gradient.
  private let values: GrowingArray<Float>
  private let factors: DeviceArray<Float>
  private let backwardFactors: DeviceArray<Float>
  private let largest: DeviceArray<UInt32>
  /// Of each channel: what bounds the gradients of its values, and the sum over k.
  private let bounds: DeviceArray<UInt32>
  private let leaks: DeviceArray<Double>
  private let exponent: DeviceArray<Int32>
  /// The bits that came in, and those of them that dropout kept.
  private var input: UInt64 = 0
  private let kept: GrowingArray<UInt32>
  private let mask: GrowingArray<UInt32>
  private var isMasked = false
  private var neuron: gpu_neuron

  /// - Parameter spikeCounts: Where the spikes of each channel are counted.
  init(
    _ shape: LayerShape, _ network: NetworkDescription, tensors: TensorIndices, norm: NormIndices?,
    _ parameters: ParameterMemory, _ workspace: Workspace, spikeCounts: UInt64
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
    weights = parameters.address(tensors.weight, in: parameters.parameters)
    weightGradient = parameters.address(tensors.weight, in: parameters.gradients)
    membraneGradient =
      tensors.membrane.map { parameters.address($0, in: parameters.gradients) } ?? 0
    packed = try DeviceArray(device, count: Self.packedWordCount(shape, .forward))
    packedBack = try DeviceArray(
      device, count: Self.packedWordCount(shape, shape.isConvolution ? .convolution : .linear))
    largestWeight = try DeviceArray(device, count: 1)
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
    exponent = try DeviceArray(device, count: 1)
    neuron = gpu_neuron(network.neuron, membraneWeight: network.neuron.isParametric ? 0 : nil)
  }

  /// The tensors of the batch norm behind a convolution.
  var running: (mean: DeviceArray<Float>, variance: DeviceArray<Float>)? {
    norm.map { ($0.runningMean, $0.runningVariance) }
  }

  // MARK: Weights

  /// What packed weights are for; the raw value is the kernel's.
  private enum Direction: UInt32 {
    case forward = 0
    case convolution = 1
    case linear = 2
  }

  private static func packedWordCount(_ shape: LayerShape, _ direction: Direction) -> Int {
    let (inner, columns, taps) =
      switch direction {
      case .forward: (shape.inputChannelCount, shape.outputCount, shape.tapCount)
      case .convolution: (shape.outputCount, shape.inputChannelCount, shape.tapCount)
      case .linear: (shape.outputCount, shape.inputChannelCount * shape.tapCount, 1)
      }
    let tiles =
      (columns + LaunchSizes.productColumns - 1) / LaunchSizes.productColumns
      * (LaunchSizes.productColumns / 8)
    // Two halves of 16 inputs, high and low, 64 words a fragment.
    return wordCount(inner) * taps * 2 * 2 * tiles * 64
  }

  /// Makes the halves of float16 anew, after the weights have changed.
  func packWeights() throws(EngineError) {
    try device.findLargest(
      weights, count: shape.outputCount * shape.inputChannelCount * shape.tapCount,
      into: largestWeight)
    try pack(packed, .forward)
    try pack(packedBack, shape.isConvolution ? .convolution : .linear)
  }

  private func pack(
    _ target: DeviceArray<UInt32>, _ direction: Direction
  ) throws(EngineError) {
    try device.launch(
      "gpu_pack_weights",
      grid: (LaunchSizes.blocks(target.count / 4, threads: LaunchSizes.packThreads), 1, 1),
      threads: LaunchSizes.packThreads,
      gpu_pack(
        weights: weights, largest: largestWeight.address, packed: target.address,
        outputs: UInt32(shape.outputCount), inputs: UInt32(shape.inputChannelCount),
        taps: UInt32(shape.tapCount), direction: direction.rawValue))
  }

  // MARK: Forward

  /// Runs the layer.
  ///
  /// - Parameters:
  ///   - input: The bits that come in.
  ///   - mask: Which features dropout keeps, `[N, taps, words]`; `nil` where nothing is dropped.
  ///   - keptFactor: What those are multiplied by.
  ///   - membraneWeight: The learned w.
  ///   - isTraining: Whether batch norm takes the batch's statistics.
  /// - Returns: The address of the bits that come out.
  func forward(
    _ shape: LayerShape, input: UInt64, mask: [UInt32]?, keptFactor: Float,
    membraneWeight: Float?, isTraining: Bool, isHalf: Bool
  ) throws(EngineError) -> UInt64 {
    self.shape = shape
    self.input = input
    isMasked = mask != nil
    if let mask { self.input = try drop(input, mask) }
    neuron = gpu_neuron(network.neuron, membraneWeight: membraneWeight)
    let values = try self.values.atLeast(shape.rowCount * shape.outputStride)
    let kernel = shape.inputPlaneCount == 1 ? "gpu_multiply_spikes" : "gpu_multiply_means"
    try device.launch(
      kernel + (isHalf ? "_half" : ""),
      grid: (
        (shape.rowCount + LaunchSizes.productRows - 1) / LaunchSizes.productRows,
        (shape.outputCount + LaunchSizes.productColumns - 1) / LaunchSizes.productColumns, 1
      ),
      threads: LaunchSizes.productThreads,
      gpu_spike_product(
        bits: self.input, packed: packed.address, largest: largestWeight.address,
        output: values.address, rows: UInt32(shape.rowCount), columns: UInt32(shape.outputCount),
        inputs: UInt32(shape.inputChannelCount), taps: UInt32(shape.tapCount),
        height: UInt32(shape.output.height), width: UInt32(shape.output.width),
        is_convolution: shape.isConvolution ? 1 : 0, factor: keptFactor))
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
    let count = shape.imageCount * shape.tapCount * shape.inputPlaneCount * words
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
    let sums = try workspace.sums.atLeast(partitions * groupCount * 2 * channelCount)
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
    let values = try self.values.atLeast(shape.rowCount * shape.outputStride)
    let partitions = shape.isShort ? shape.shortPartitionCount : shape.partitionCount
    let sumCount = partitions * shape.groupCount * 3 * shape.outputCount
    // Groups' sums are added to what is there.
    let sums =
      try shape.groupCount == 1 ? workspace.sums.atLeast(sumCount) : workspace.clearedSums(sumCount)
    try largest.clear()
    let halves = try workspace.gradients.atLeast(
      2 * shape.rowCount * halfStride(shape.outputCount))
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
      gradient_exponent: exponent.address, partitions: UInt32(partitions),
      groups: UInt32(shape.groupCount), channels: UInt32(shape.outputCount),
      count: Double(shape.groupValueCount), membrane_slope: neuron.membraneSlope)
    try device.launch(
      "gpu_finish_gradients", grid: (finishBlockCount, 1, 1), threads: LaunchSizes.finishThreads,
      gradients)
    try device.launch(
      "gpu_finish_layer_gradients", grid: (1, 1, 1), threads: LaunchSizes.finishThreads, gradients)
    try goBack(writes: true)
    try addWeightGradient(halves, keptFactor: keptFactor, isHalf: isHalf)
    try multiplyGradients(halves, into: inputGradient, keptFactor: keptFactor, isHalf: isHalf)
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
        backward_factors: backwardFactors.address, gradient_exponent: exponent.address,
        neuron: neuron, images: shape.images, pooling: gpu_pooling(shape.pooling),
        writes: writes ? 1 : 0, is_half: isHalf ? 1 : 0))
  }

  private func addWeightGradient(
    _ gradients: DeviceArray<UInt16>, keptFactor: Float, isHalf: Bool
  ) throws(EngineError) {
    let (outputs, inputs) = (shape.outputCount, shape.inputChannelCount)
    let tile = LaunchSizes.weightTile
    let (outputTiles, inputTiles) = ((outputs + tile - 1) / tile, (inputs + tile - 1) / tile)
    let partitions = shape.weightPartitionCount
    let sums = try workspace.weightSums.atLeast(
      partitions * shape.tapCount * outputTiles * inputTiles * tile * tile)
    let kernel = shape.inputPlaneCount == 1 ? "gpu_sum_weight_gradients" : "gpu_sum_mean_gradients"
    try device.launch(
      kernel + (isHalf ? "_half" : ""),
      grid: (
        partitions, outputTiles * inputTiles,
        (shape.tapCount + LaunchSizes.weightTaps - 1) / LaunchSizes.weightTaps
      ),
      threads: LaunchSizes.weightThreads,
      gpu_weight_product(
        gradients: gradients.address, bits: input, partial: sums.address,
        rows: UInt32(shape.rowCount), outputs: UInt32(outputs), inputs: UInt32(inputs),
        taps: UInt32(shape.tapCount), height: UInt32(shape.output.height),
        width: UInt32(shape.output.width), is_convolution: shape.isConvolution ? 1 : 0,
        partition_rows: UInt32(shape.weightPartitionRowCount)))
    try device.launch(
      "gpu_add_weight_gradient",
      grid: (
        LaunchSizes.blocks(
          outputs * inputs * shape.tapCount, threads: LaunchSizes.elementThreads), 1, 1
      ),
      threads: LaunchSizes.elementThreads,
      gpu_weight_sum(
        partial: sums.address, gradient_exponent: exponent.address, gradient: weightGradient,
        partitions: UInt32(partitions), outputs: UInt32(outputs), inputs: UInt32(inputs),
        taps: UInt32(shape.tapCount), factor: keptFactor))
  }

  private func multiplyGradients(
    _ gradients: DeviceArray<UInt16>, into result: UInt64, keptFactor: Float, isHalf: Bool
  ) throws(EngineError) {
    let columns = shape.inputChannelCount * (shape.isConvolution ? 1 : shape.tapCount)
    try device.launch(
      isHalf ? "gpu_multiply_gradients_half" : "gpu_multiply_gradients",
      grid: (
        (shape.rowCount + LaunchSizes.productRows - 1) / LaunchSizes.productRows,
        (columns + LaunchSizes.productColumns - 1) / LaunchSizes.productColumns, 1
      ),
      threads: LaunchSizes.productThreads,
      gpu_dense_product(
        gradients: gradients.address, gradient_exponent: exponent.address,
        packed: packedBack.address, largest: largestWeight.address, output: result,
        mask: isMasked ? try mask.atLeast(1).address : 0, rows: UInt32(shape.rowCount),
        columns: UInt32(columns), outputs: UInt32(shape.outputCount),
        taps: shape.isConvolution ? UInt32(shape.tapCount) : 1,
        height: UInt32(shape.output.height), width: UInt32(shape.output.width),
        is_convolution: shape.isConvolution ? 1 : 0, samples: UInt32(shape.sampleCount),
        channels: UInt32(shape.inputChannelCount), factor: keptFactor))
  }
}

extension gpu_neuron {
  /// The derivative of the learned k with respect to its w.
  var membraneSlope: Double { Double(k) * (1 - Double(k)) }
}

internal import CUDAKernels
internal import SpikingNetwork

/// The three products of a layer on the device: of spikes and weights, of gradients and weights,
/// and of gradients and spikes.
final class LayerProducts {
  /// That of the power of two that the layer's gradients are multiplied by.
  let gradientExponent: DeviceArray<Int32>

  private let device: Device
  private let workspace: Workspace
  private let instructions: ProductInstructions
  /// Those of the weights and of their gradient.
  private let weights: UInt64
  private let gradient: UInt64
  /// Weights for the forward and the backward pass, as halves of float16, for tensor cores.
  private let packed: DeviceArray<UInt32>?
  private let packedBack: DeviceArray<UInt32>?
  private let largestWeight: DeviceArray<UInt32>

  /// - Parameters:
  ///   - weights: The address of the weights, `[outputs, inputs, taps]`.
  ///   - gradient: That of their gradient.
  init(
    _ shape: LayerShape, weights: UInt64, gradient: UInt64, _ workspace: Workspace,
    instructions: ProductInstructions
  ) throws(EngineError) {
    device = workspace.device
    self.workspace = workspace
    self.instructions = instructions
    self.weights = weights
    self.gradient = gradient
    func packed(_ direction: Direction) throws(EngineError) -> DeviceArray<UInt32>? {
      if instructions == .fma { return nil }
      return try DeviceArray(workspace.device, count: Self.packedWordCount(shape, direction))
    }
    self.packed = try packed(.forward)
    packedBack = try packed(Direction.back(shape))
    largestWeight = try DeviceArray(device, count: 1)
    gradientExponent = try DeviceArray(device, count: 1)
  }

  // MARK: Weights

  /// What packed weights are for; the raw value is the kernel's.
  private enum Direction: UInt32 {
    case forward = 0
    case convolution = 1
    case linear = 2

    static func back(_ shape: LayerShape) -> Direction {
      shape.isConvolution ? .convolution : .linear
    }
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

  /// Finds the weights' scale and makes their halves of float16 anew, after they have changed.
  func packWeights(_ shape: LayerShape) throws(EngineError) {
    try device.findLargest(
      weights, count: shape.outputCount * shape.inputChannelCount * shape.tapCount,
      into: largestWeight)
    try pack(shape, packed, .forward)
    try pack(shape, packedBack, Direction.back(shape))
  }

  private func pack(
    _ shape: LayerShape, _ target: DeviceArray<UInt32>?, _ direction: Direction
  ) throws(EngineError) {
    guard let target else { return }
    try device.launch(
      "gpu_pack_weights",
      grid: (LaunchSizes.blocks(target.count / 4, threads: LaunchSizes.packThreads), 1, 1),
      threads: LaunchSizes.packThreads,
      gpu_pack(
        weights: weights, largest: largestWeight.address, packed: target.address,
        outputs: UInt32(shape.outputCount), inputs: UInt32(shape.inputChannelCount),
        taps: UInt32(shape.tapCount), direction: direction.rawValue))
  }

  // MARK: Products

  /// Multiplies the spikes that come in by the weights.
  ///
  /// - Parameters:
  ///   - bits: The address of the spikes.
  ///   - values: Gets the product, `[rows, outputs]`.
  ///   - factor: What it is multiplied by.
  ///   - isHalf: Whether weights are rounded to float16.
  func multiplySpikes(
    _ shape: LayerShape, bits: UInt64, into values: DeviceArray<Float>, factor: Float, isHalf: Bool
  ) throws(EngineError) {
    let product = gpu_spike_product(
      bits: bits, packed: packed?.address ?? 0, largest: largestWeight.address,
      output: values.address, rows: UInt32(shape.rowCount), columns: UInt32(shape.outputCount),
      inputs: UInt32(shape.inputChannelCount), taps: UInt32(shape.tapCount),
      height: UInt32(shape.output.height), width: UInt32(shape.output.width),
      is_convolution: shape.isConvolution ? 1 : 0, factor: factor)
    switch instructions {
    case .tensor:
      let kernel = shape.inputPlaneCount == 1 ? "gpu_multiply_spikes" : "gpu_multiply_means"
      try device.launch(
        kernel + (isHalf ? "_half" : ""),
        grid: LaunchSizes.productGrid(rows: shape.rowCount, columns: shape.outputCount),
        threads: LaunchSizes.productThreads, product)
    case .fma:
      try device.launch(
        "gpu_multiply_spikes_plainly",
        grid: LaunchSizes.plainGrid(rows: shape.rowCount, columns: shape.outputCount),
        threads: LaunchSizes.plainThreads,
        gpu_plain_spike_product(
          product: product, weights: weights, planes: UInt32(shape.inputPlaneCount),
          is_half: isHalf ? 1 : 0))
    }
  }

  /// Adds the products of gradients and spikes, summed over the rows, to the weights' gradient.
  ///
  /// - Parameters:
  ///   - halves: The gradients of the layer's values, high and low.
  ///   - bits: The address of the spikes that came in.
  ///   - isHalf: Whether there are high halves only.
  func addWeightGradient(
    _ shape: LayerShape, _ halves: DeviceArray<UInt16>, bits: UInt64, factor: Float, isHalf: Bool
  ) throws(EngineError) {
    let (outputs, inputs) = (shape.outputCount, shape.inputChannelCount)
    let tile = LaunchSizes.weightTile
    let tiles = (outputs + tile - 1) / tile * ((inputs + tile - 1) / tile)
    let partitions = shape.weightPartitionCount
    let sums = try workspace.weightSums.atLeast(shape.weightSumCount)
    let product = gpu_weight_product(
      gradients: halves.address, bits: bits, partial: sums.address, rows: UInt32(shape.rowCount),
      outputs: UInt32(outputs), inputs: UInt32(inputs), taps: UInt32(shape.tapCount),
      height: UInt32(shape.output.height), width: UInt32(shape.output.width),
      is_convolution: shape.isConvolution ? 1 : 0,
      partition_rows: UInt32(shape.weightPartitionRowCount))
    switch instructions {
    case .tensor:
      let kernel =
        shape.inputPlaneCount == 1 ? "gpu_sum_weight_gradients" : "gpu_sum_mean_gradients"
      let layers = (shape.tapCount + LaunchSizes.weightTaps - 1) / LaunchSizes.weightTaps
      try device.launch(
        kernel + (isHalf ? "_half" : ""), grid: (partitions, tiles, layers),
        threads: LaunchSizes.weightThreads, product)
    case .fma:
      try device.launch(
        "gpu_sum_weight_gradients_plainly", grid: (partitions, tiles, shape.tapCount),
        threads: LaunchSizes.plainThreads,
        gpu_plain_weight_product(
          product: product, planes: UInt32(shape.inputPlaneCount), is_half: isHalf ? 1 : 0))
    }
    let count = outputs * inputs * shape.tapCount
    try device.launch(
      "gpu_add_weight_gradient",
      grid: (LaunchSizes.blocks(count, threads: LaunchSizes.elementThreads), 1, 1),
      threads: LaunchSizes.elementThreads,
      gpu_weight_sum(
        partial: sums.address, gradient_exponent: gradientExponent.address, gradient: gradient,
        partitions: UInt32(partitions), outputs: UInt32(outputs), inputs: UInt32(inputs),
        taps: UInt32(shape.tapCount), factor: factor))
  }

  /// Multiplies gradients by the weights, for the gradient with respect to the input.
  ///
  /// - Parameters:
  ///   - halves: The gradients of the layer's values, high and low.
  ///   - result: The address of what gets the product.
  ///   - mask: That of the dropout's mask; 0 where nothing was dropped.
  ///   - isHalf: Whether weights are rounded to float16, and there are high halves only.
  func multiplyGradients(
    _ shape: LayerShape, _ halves: DeviceArray<UInt16>, into result: UInt64, mask: UInt64,
    factor: Float, isHalf: Bool
  ) throws(EngineError) {
    let columns = shape.inputChannelCount * (shape.isConvolution ? 1 : shape.tapCount)
    let product = gpu_dense_product(
      gradients: halves.address, gradient_exponent: gradientExponent.address,
      packed: packedBack?.address ?? 0, largest: largestWeight.address, output: result, mask: mask,
      rows: UInt32(shape.rowCount), columns: UInt32(columns), outputs: UInt32(shape.outputCount),
      taps: shape.isConvolution ? UInt32(shape.tapCount) : 1, height: UInt32(shape.output.height),
      width: UInt32(shape.output.width), is_convolution: shape.isConvolution ? 1 : 0,
      samples: UInt32(shape.sampleCount), channels: UInt32(shape.inputChannelCount),
      factor: factor)
    switch instructions {
    case .tensor:
      try device.launch(
        isHalf ? "gpu_multiply_gradients_half" : "gpu_multiply_gradients",
        grid: LaunchSizes.productGrid(rows: shape.rowCount, columns: columns),
        threads: LaunchSizes.productThreads, product)
    case .fma:
      try device.launch(
        "gpu_multiply_gradients_plainly",
        grid: LaunchSizes.plainGrid(rows: shape.rowCount, columns: columns),
        threads: LaunchSizes.plainThreads,
        gpu_plain_dense_product(product: product, weights: weights, is_half: isHalf ? 1 : 0))
    }
  }
}

internal import CUDAKernels
internal import SpikingNetwork

/// The three matrix products of a layer on the device: spikes and weights for the output, gradients
/// and weights for the input's gradient, gradients and spikes for the weights' gradient.
final class LayerProducts {
  /// The exponent e of the factor 2ᵉ that scales the layer's gradients to the range of float16.
  let gradientExponent: DeviceArray<Int32>

  private let device: Device
  private let workspace: Workspace
  private let instructions: ProductInstructions
  /// Address of the weights, `[outputs, inputs, taps]`.
  private let weights: UInt64
  /// Address of the gradient with respect to the weights.
  private let gradient: UInt64
  /// The weights for the forward pass, as float16 halves; `nil` without tensor cores.
  private let packed: DeviceArray<UInt32>?
  /// The weights for the backward pass, as float16 halves; `nil` without tensor cores.
  private let packedBackward: DeviceArray<UInt32>?
  /// The largest magnitude of the weights, as the bits of a float; the weights' scale follows from
  /// it.
  private let largestWeight: DeviceArray<UInt32>

  /// - Parameters:
  ///   - weights: Address of the weights, `[outputs, inputs, taps]`.
  ///   - gradient: Address of the gradient with respect to them.
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
    packedBackward = try packed(Direction.backward(shape))
    largestWeight = try DeviceArray(device, count: 1)
    gradientExponent = try DeviceArray(device, count: 1)
  }

  // MARK: Weights

  /// The pass that packed weights are for; the raw value is the kernel's.
  private enum Direction: UInt32 {
    case forward = 0
    /// The backward pass of a convolution.
    case convolution = 1
    /// The backward pass of a linear layer.
    case linear = 2

    static func backward(_ shape: LayerShape) -> Direction {
      shape.isConvolution ? .convolution : .linear
    }
  }

  /// Words of packed weights, where the product sums over `inner` channels and the taps.
  ///
  /// Each tap and group of 32 inner channels has 2 fragments of 16 channels, each as a high and a
  /// low half, for each tile of 8 columns.
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
    // A fragment of 16 × 8 weights is 64 words of two float16 each.
    return wordCount(inner) * taps * 2 * 2 * tiles * 64
  }

  /// Determines the scale of changed weights and packs them as float16 halves.
  func packWeights(_ shape: LayerShape) throws(EngineError) {
    try device.findLargest(
      weights, count: shape.outputCount * shape.inputChannelCount * shape.tapCount,
      into: largestWeight)
    try pack(shape, packed, .forward)
    try pack(shape, packedBackward, Direction.backward(shape))
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

  /// Multiplies the input spikes by the weights.
  ///
  /// - Parameters:
  ///   - bits: Address of the spikes.
  ///   - values: Receives the product, `[rows, outputs]`.
  ///   - factor: Factor of the product.
  ///   - usesFloat16: Whether weights are rounded to float16.
  func multiplySpikes(
    _ shape: LayerShape, bits: UInt64, into values: DeviceArray<Float>, factor: Float,
    usesFloat16: Bool
  ) throws(EngineError) {
    let product = gpu_spike_product(
      bits: bits, packed: packed?.address ?? 0, largest: largestWeight.address,
      output: values.address, rows: UInt32(shape.rowCount), columns: UInt32(shape.outputCount),
      inputs: UInt32(shape.inputChannelCount), taps: UInt32(shape.tapCount),
      height: UInt32(shape.output.height), width: UInt32(shape.output.width),
      is_convolution: shape.isConvolution ? 1 : 0, factor: factor)
    switch instructions {
    case .tensor:
      let kernel = shape.inputBitPlaneCount == 1 ? "gpu_multiply_spikes" : "gpu_multiply_means"
      try device.launch(
        kernel + (usesFloat16 ? "_half" : ""),
        grid: LaunchSizes.productGrid(rows: shape.rowCount, columns: shape.outputCount),
        threads: LaunchSizes.productThreads, product)
    case .fma:
      try device.launch(
        "gpu_multiply_spikes_plain",
        grid: LaunchSizes.plainGrid(rows: shape.rowCount, columns: shape.outputCount),
        threads: LaunchSizes.plainThreads,
        gpu_plain_spike_product(
          product: product, weights: weights, planes: UInt32(shape.inputBitPlaneCount),
          is_half: usesFloat16 ? 1 : 0))
    }
  }

  /// Adds the products of gradients and spikes, summed over the rows, to the weights' gradient.
  ///
  /// - Parameters:
  ///   - halves: The gradients with respect to the layer's values, high and low halves.
  ///   - bits: Address of the input spikes.
  ///   - factor: Factor of the sums.
  ///   - usesFloat16: Whether there are only high halves.
  func addWeightGradient(
    _ shape: LayerShape, _ halves: DeviceArray<UInt16>, bits: UInt64, factor: Float,
    usesFloat16: Bool
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
        shape.inputBitPlaneCount == 1 ? "gpu_sum_weight_gradients" : "gpu_sum_mean_gradients"
      let tapGroups = (shape.tapCount + LaunchSizes.weightTaps - 1) / LaunchSizes.weightTaps
      try device.launch(
        kernel + (usesFloat16 ? "_half" : ""), grid: (partitions, tiles, tapGroups),
        threads: LaunchSizes.weightThreads, product)
    case .fma:
      try device.launch(
        "gpu_sum_weight_gradients_plain", grid: (partitions, tiles, shape.tapCount),
        threads: LaunchSizes.plainThreads,
        gpu_plain_weight_product(
          product: product, planes: UInt32(shape.inputBitPlaneCount), is_half: usesFloat16 ? 1 : 0))
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

  /// Computes the gradient with respect to the input: the product of gradients and weights.
  ///
  /// - Parameters:
  ///   - halves: The gradients with respect to the layer's values, high and low halves.
  ///   - result: Address of the product.
  ///   - mask: Address of the dropout mask; 0 without dropout.
  ///   - factor: Factor of the product.
  ///   - usesFloat16: Whether weights are rounded to float16 and there are only high halves.
  func multiplyGradients(
    _ shape: LayerShape, _ halves: DeviceArray<UInt16>, into result: UInt64, mask: UInt64,
    factor: Float, usesFloat16: Bool
  ) throws(EngineError) {
    let columns = shape.inputChannelCount * (shape.isConvolution ? 1 : shape.tapCount)
    let product = gpu_dense_product(
      gradients: halves.address, gradient_exponent: gradientExponent.address,
      packed: packedBackward?.address ?? 0, largest: largestWeight.address, output: result,
      mask: mask,
      rows: UInt32(shape.rowCount), columns: UInt32(columns), outputs: UInt32(shape.outputCount),
      taps: shape.isConvolution ? UInt32(shape.tapCount) : 1, height: UInt32(shape.output.height),
      width: UInt32(shape.output.width), is_convolution: shape.isConvolution ? 1 : 0,
      samples: UInt32(shape.sampleCount), channels: UInt32(shape.inputChannelCount),
      factor: factor)
    switch instructions {
    case .tensor:
      try device.launch(
        usesFloat16 ? "gpu_multiply_gradients_half" : "gpu_multiply_gradients",
        grid: LaunchSizes.productGrid(rows: shape.rowCount, columns: columns),
        threads: LaunchSizes.productThreads, product)
    case .fma:
      try device.launch(
        "gpu_multiply_gradients_plain",
        grid: LaunchSizes.plainGrid(rows: shape.rowCount, columns: columns),
        threads: LaunchSizes.plainThreads,
        gpu_plain_dense_product(product: product, weights: weights, is_half: usesFloat16 ? 1 : 0))
    }
  }
}

internal import CDVSKernels

/// The gradient of a 3×3 convolution with respect to its input.
///
/// It is a transposed convolution: a convolution with the filters rotated by 180°.
struct InputGradient: Sendable {
  let shape: StageShape
  let workers: Workers
  private let winograd: Winograd

  /// - Parameters:
  ///   - tileSize: 4 or 2, see ``Winograd/tileSize``.
  ///   - usesBFloat16: See ``Winograd/usesBFloat16``.
  init(shape: StageShape, tileSize: Int, usesBFloat16: Bool, context: KernelContext) {
    self.shape = shape
    workers = context.workers
    winograd = Winograd(
      height: shape.height, width: shape.width, inputCount: shape.paddedCount,
      outputCount: shape.paddedInputCount,
      pixelStride: shape.stepCount * shape.paddedInputCount, tileSize: tileSize,
      usesBFloat16: usesBFloat16, isa: context.isa)
  }

  /// Weights `[out, in, 3, 3]`, rotated and transformed for ``Winograd``.
  func packed(_ weights: Buffer<Float>) -> Buffer<Float> {
    winograd.packed(
      weights, inputs: shape.inputChannelCount, outputs: shape.channelCount, transposes: true,
      workers: workers)
  }

  /// Computes the gradient with respect to the input of `sampleCount` samples.
  ///
  /// - Parameters:
  ///   - gradient: The gradient with respect to the output, `[samples, T, H, W, C]`.
  ///   - result: Gets `[samples, H, W, T, in]`, beginning at sample `firstSample` of the buffer.
  func run(
    _ gradient: Buffer<Float>, sampleCount: Int, packedWeights: Buffer<Float>,
    into result: Buffer<Float>, firstSample: Int
  ) {
    let inputs = shape.paddedInputCount
    let pixelStride = shape.stepCount * inputs
    let imageCount = shape.pixelCount * shape.paddedCount
    let blockCount = winograd.blockCount
    workers.forEach(
      sampleCount * shape.stepCount * blockCount,
      scratch: { Buffer<Float>(count: winograd.scratchCount) },
      { unit, scratch in
        let (image, block) = unit.quotientAndRemainder(dividingBy: blockCount)
        let (sample, step) = image.quotientAndRemainder(dividingBy: shape.stepCount)
        let to = (firstSample + sample) * shape.pixelCount * pixelStride + step * inputs
        // Safe: reads one image; writes the pixels of one time step of a sample.
        unsafe winograd.run(
          block: block, gradient.address(image * imageCount, count: imageCount),
          packedWeights: packedWeights,
          result.address(to, count: (shape.pixelCount - 1) * pixelStride + inputs),
          scratch: scratch)
      })
  }
}

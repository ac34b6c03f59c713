internal import CDVSKernels

/// The gradient of a 3×3 convolution by its input: a convolution with the weights turned by half a turn.
struct InputGradient: Sendable {
  let shape: StageShape
  let workers: Workers
  private let winograd: Winograd

  /// - Parameters:
  ///   - tileSize: 4 or 2, see ``Winograd/tileSize``.
  ///   - usesBfloat16: See ``Winograd/usesBfloat16``.
  init(
    shape: StageShape, tileSize: Int, usesBfloat16: Bool, workers: Workers, kernelSet: dvsk_isa
  ) {
    self.shape = shape
    self.workers = workers
    winograd = Winograd(
      sideLength: shape.sideLength, inputCount: shape.paddedCount,
      outputCount: shape.paddedInputCount,
      placeStride: shape.stepCount * shape.paddedInputCount, tileSize: tileSize,
      usesBfloat16: usesBfloat16, kernelSet: kernelSet)
  }

  /// Weights `[out, in, 3, 3]`, turned and transformed.
  func packed(_ weights: [Float]) -> Buffer<Float> {
    winograd.packed(
      weights, inputs: shape.inputChannelCount, outputs: shape.channelCount, turns: true,
      workers: workers)
  }

  /// Computes the gradients by the inputs of some samples.
  ///
  /// - Parameters:
  ///   - gradient: That by the output, `[samples, T, side, side, C]`.
  ///   - result: Gets `[samples, side, side, T, in]`, from sample `firstSample` of the buffer on.
  func run(
    _ gradient: Buffer<Float>, sampleCount: Int, packedWeights: Buffer<Float>,
    into result: Buffer<Float>, firstSample: Int
  ) {
    let inputs = shape.paddedInputCount
    let placeStride = shape.stepCount * inputs
    let imageCount = shape.planeArea * shape.paddedCount
    let blockCount = winograd.blockCount
    workers.forEachShare(of: sampleCount * shape.stepCount * blockCount) { _, units in
      let scratch = Buffer<Float>(count: winograd.scratchCount)
      for unit in units {
        let (image, block) = unit.quotientAndRemainder(dividingBy: blockCount)
        let (sample, step) = image.quotientAndRemainder(dividingBy: shape.stepCount)
        let to = (firstSample + sample) * shape.planeArea * placeStride + step * inputs
        // Safe: one image is read; places of one step of a sample are written.
        unsafe winograd.run(
          block: block, gradient.address(image * imageCount, count: imageCount),
          packedWeights: packedWeights,
          result.address(to, count: (shape.planeArea - 1) * placeStride + inputs),
          scratch: scratch)
      }
    }
  }
}

internal import CDVSKernels

/// A convolution of spikes that skips no zeros: it converts them to float32 and uses F(2×2, 3×3).
///
/// It is faster than ``SpikeConvolution`` if many inputs are spikes.
struct DenseConvolution: Sendable {
  let convolution: SpikeConvolution
  private let winograd: Winograd
  private let packedWeights: Buffer<Float>

  /// The fraction of spikes above which this is faster than ``SpikeConvolution``.
  ///
  /// See Documentation/Performance.md.
  static let fraction = 0.3

  /// Transforms weights `[out, in, 3, 3]`.
  init(_ convolution: SpikeConvolution, weights: Buffer<Float>) {
    self.convolution = convolution
    let shape = convolution.shape
    winograd = Winograd(
      height: shape.height, width: shape.width, inputCount: shape.paddedInputCount,
      outputCount: shape.paddedCount, pixelStride: shape.pixelValueCount, tileSize: 2,
      usesBFloat16: false, isa: convolution.context.isa)
    packedWeights = winograd.packed(
      weights, inputs: shape.inputChannelCount, outputs: shape.channelCount, transposes: false,
      workers: convolution.context.workers)
  }

  /// Computes the convolution of the given samples.
  ///
  /// - Parameters:
  ///   - values: Gets `[N, H, W, T, C]`.
  ///   - moments: Get sums `[groups, C]`, then sums of squares; each time step is a block of its
  ///     sample. `nil` in evaluation mode.
  func run(
    _ bits: Buffer<UInt64>, samples: [Int], into values: Buffer<Float>,
    moments: LeafSums<Double>?, groupCount: Int
  ) {
    let shape = convolution.shape
    let isa = convolution.context.isa
    let padded = shape.paddedCount
    convolution.context.workers.forEach(
      samples.count * shape.stepCount,
      scratch: {
        (
          Buffer<Float>(count: winograd.scratchCount),
          Buffer<Float>(count: shape.pixelCount * shape.paddedInputCount)
        )
      },
      { image, memory in
        let (scratch, input) = memory
        let (sample, step) = (samples[image / shape.stepCount], image % shape.stepCount)
        // Safe: reads one time step of a sample's bits; writes the thread's own image, and that
        // time step's pixels.
        unsafe withUnsafePointer(to: convolution.image(bits, sample: sample, step: step)) {
          spikes in
          unsafe dvsk_expand_bits(
            isa, spikes, convolution.inputScale,
            input.address(count: input.count))
        }
        let output = unsafe values.address(
          sample * shape.sampleValueCount + step * padded,
          count: (shape.pixelCount - 1) * shape.pixelValueCount + padded)
        for block in 0..<winograd.blockCount {
          unsafe winograd.run(
            block: block, input.address(count: input.count), packedWeights: packedWeights,
            output, scratch: scratch)
        }
        guard let moments else { return }
        let group = groupCount == 1 ? 0 : step
        let sums = unsafe moments.begin(sample: sample, block: step) + group * padded
        unsafe dvsk_add_moments(
          isa, output, shape.pixelCount, shape.pixelValueCount, padded, sums,
          sums + groupCount * padded)
      })
  }
}

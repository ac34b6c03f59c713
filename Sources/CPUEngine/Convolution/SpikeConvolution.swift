internal import CDVSKernels

/// A 3×3 convolution of spikes, packed as bits, that skips zeros.
///
/// It adds weights in float32 in a fixed order.
struct SpikeConvolution: Sendable {
  let shape: StageShape
  let context: KernelContext

  /// The value of one input bit: 1, or 1/4 after average pooling.
  var inputScale: Float { shape.inputBitPlaneCount == 4 ? 0.25 : 1 }

  /// Transposes weights `[out, in, 3, 3]` to `[9, in, out]`, with channels padded with zeros.
  func packed(_ weights: Buffer<Float>) -> Buffer<Float> {
    let result = Buffer<Float>(count: 9 * shape.paddedInputCount * shape.paddedCount)
    let isPadded =
      shape.paddedInputCount != shape.inputChannelCount || shape.paddedCount != shape.channelCount
    if isPadded { context.workers.fill(result, 0) }
    context.workers.forEachRange(of: shape.channelCount, size: 16) { outputs in
      // Safe: the kernel gets the extents of filters and result, and writes a range of outputs.
      let filters = unsafe filters(weights.address(count: weights.count))
      unsafe withUnsafePointer(to: filters) { filters in
        unsafe dvsk_pack_filters(
          filters, outputs.lowerBound, outputs.upperBound, result.address(count: result.count))
      }
    }
    return result
  }

  @unsafe func filters(_ weights: UnsafePointer<Float>?) -> dvsk_filters {
    unsafe dvsk_filters(
      filters: weights, output_count: shape.channelCount, input_count: shape.inputChannelCount,
      padded_rows: shape.paddedInputCount, padded_columns: shape.paddedCount)
  }

  /// Computes rows of a sample's output for all time steps.
  ///
  /// - Parameters:
  ///   - values: Gets the rows `[rows, W, T, C]`.
  ///   - moments: The output's sums `[groups, C]`, then its sums of squares, are added to these;
  ///     `nil` in evaluation mode.
  @unsafe func forward(
    _ bits: Buffer<UInt64>, sample: Int, rows: Range<Int>, packedWeights: Buffer<Float>,
    values: UnsafeMutablePointer<Float>, moments: UnsafeMutablePointer<Double>?, groupCount: Int
  ) {
    let output = unsafe dvsk_spike_output(
      weights: packedWeights.address(count: packedWeights.count),
      channel_count: shape.paddedCount, scale: inputScale,
      first_row: rows.lowerBound, values: values, pixel_stride: shape.pixelValueCount,
      sums: moments,
      squares: moments.map { unsafe $0 + groupCount * shape.paddedCount },
      group_stride: groupCount == 1 ? 0 : shape.paddedCount)
    unsafe withUnsafePointer(to: image(bits, sample: sample, step: nil)) { image in
      unsafe withUnsafePointer(to: output) { output in
        unsafe dvsk_spike_forward(context.isa, image, output, rows.lowerBound, rows.count)
      }
    }
  }

  /// - Parameter step: One time step, or `nil` for all.
  @unsafe func image(
    _ bits: Buffer<UInt64>, sample: Int, step: Int?
  ) -> dvsk_spike_image {
    let stepCount = step == nil ? shape.stepCount : 1
    let first = (sample * shape.stepCount + (step ?? 0)) * shape.inputStepWordCount
    return unsafe dvsk_spike_image(
      bits: bits.address(first, count: stepCount * shape.inputStepWordCount),
      step_count: stepCount, step_stride: shape.inputStepWordCount, height: shape.height,
      width: shape.width, bit_plane_count: shape.inputBitPlaneCount,
      word_count: shape.inputWordCount, channel_count: shape.paddedInputCount)
  }
}

internal import CDVSKernels

/// A 3×3 convolution of bit-packed spikes: zeros are skipped, sums are exact float32 in a fixed
/// order.
struct SpikeConvolution: Sendable {
  let shape: StageShape
  let context: KernelContext

  /// What a one counts for among the inputs: a quarter where four are averaged.
  var inputScale: Float { shape.inputPlaneCount == 4 ? 0.25 : 1 }

  /// Weights `[out, in, 3, 3]` laid out `[9, in, out]`, padded with zeros.
  func packed(_ weights: [Float]) -> Buffer<Float> {
    let result = Buffer<Float>(count: 9 * shape.paddedInputCount * shape.paddedCount)
    result.fill(0)
    let source = Buffer(weights)
    // Safe: filters and result have the extents that the call is told.
    let filters = unsafe dvsk_filters(
      filters: source.address(count: source.count), output_count: shape.channelCount,
      input_count: shape.inputChannelCount, padded_rows: shape.paddedInputCount,
      padded_columns: shape.paddedCount)
    unsafe withUnsafePointer(to: filters) { filters in
      unsafe dvsk_pack_filters(filters, result.address(count: result.count))
    }
    return result
  }

  /// Computes rows of a sample's output for all steps.
  ///
  /// - Parameters:
  ///   - values: Gets the rows `[rows, W, T, C]`.
  ///   - moments: Grow by sums `[groups, C]` and squares behind them; `nil` in evaluation mode.
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

  /// Adds up the gradients with respect to the weights of some samples.
  ///
  /// - Parameters:
  ///   - gradient: That with respect to the output, `[samples, T, H, W, C]`.
  ///   - sums: Each share's, `[9, in, out]`, padded.
  func addWeightGradients(
    _ bits: Buffer<UInt64>, samples: Range<Int>, gradient: Buffer<Float>, to sums: ShareSums<Float>
  ) {
    // A weight's sums are read and written once for all rows that are taken together.
    let rowsPerChunk = min(shape.height, DVSK_GRADIENT_WORDS * max(1, 64 / shape.width))
    let rowCount = shape.width * shape.paddedCount
    let imageCount = shape.height * rowCount
    context.workers.forEachShare(of: samples.count * shape.stepCount) { share, images in
      let masks = Buffer<UInt64>(count: 3 * (rowsPerChunk + 2) * shape.paddedInputCount)
      masks.fill(0)
      for image in images {
        let sample = samples.lowerBound + image / shape.stepCount
        for first in stride(from: 0, to: shape.height, by: rowsPerChunk) {
          let rows = min(rowsPerChunk, shape.height - first)
          // Safe: rows of the gradient's image, masks for them, and the share's own sums.
          unsafe withUnsafePointer(
            to: self.image(bits, sample: sample, step: image % shape.stepCount)
          ) { spikes in
            unsafe dvsk_spike_weight_gradient(
              context.isa, spikes,
              gradient.address(image * imageCount + first * rowCount, count: rows * rowCount),
              shape.paddedCount, first, rows, sums.address(share: share),
              masks.address(count: masks.count))
          }
        }
      }
    }
  }

  /// Sums `[9, in, out]`, padded, as a gradient `[out, in, 3, 3]`.
  func unpacked(_ sums: [Float]) -> [Float] {
    let (inputs, outputs) = (shape.inputChannelCount, shape.channelCount)
    var result = [Float](repeating: 0, count: outputs * inputs * 9)
    for output in 0..<outputs {
      for input in 0..<inputs {
        for tap in 0..<9 {
          result[(output * inputs + input) * 9 + tap] =
            sums[(tap * shape.paddedInputCount + input) * shape.paddedCount + output] * inputScale
        }
      }
    }
    return result
  }

  /// - Parameter step: One step, or `nil` for all.
  @unsafe func image(
    _ bits: Buffer<UInt64>, sample: Int, step: Int?
  ) -> dvsk_spike_image {
    let stepCount = step == nil ? shape.stepCount : 1
    let first = (sample * shape.stepCount + (step ?? 0)) * shape.inputStepWordCount
    return unsafe dvsk_spike_image(
      bits: bits.address(first, count: stepCount * shape.inputStepWordCount),
      step_count: stepCount, step_stride: shape.inputStepWordCount, height: shape.height,
      width: shape.width, plane_count: shape.inputPlaneCount, word_count: shape.inputWordCount,
      channel_count: shape.paddedInputCount)
  }
}

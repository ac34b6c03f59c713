internal import CDVSKernels
internal import SpikingNetwork

extension SpikeStage {
  /// Sums what batch norm's gradients need; membranes are computed again.
  ///
  /// Pixels that no window has add nothing: no gradient comes to them.
  ///
  /// - Parameter pooledGradient: `[N, h, w, T, C]`.
  func gradientSums(
    _ values: Buffer<Float>, _ windows: PoolingWindows, pooledGradient: Buffer<Float>,
    sumsMembraneWeight: Bool
  ) -> GradientSums {
    let leaves = GradientLeaves(
      sampleCount: shape.sampleCount, blockCount: shape.windowRowBlocks.count,
      groupCount: windows.norm.groupCount, channelCount: shape.paddedCount,
      sumsMembraneWeight: sumsMembraneWeight)
    let workers = convolution.context.workers
    workers.forEachLeaf(
      of: 0..<shape.sampleCount, shape.windowRowBlocks, scratch: { membranes() },
      { leaf, membranes in
        // Safe: a sample's values and a window's pooled gradients; the leaf's own sums grow.
        var gradient = unsafe leaves.begin(leaf)
        unsafe gradient.pooled_step_stride = shape.paddedCount
        for row in leaf.rows {
          for window in shape.windows(inRow: row, of: leaf.sample) {
            unsafe gradient.pooled = UnsafePointer(pooled(pooledGradient, window))
            unsafe windows.backward(
              values.address(
                leaf.sample * shape.sampleValueCount, count: shape.sampleValueCount),
              windows.siteOffsets(window, firstRow: 0), gradient,
              scratch: membranes.address(count: membranes.count))
          }
        }
      })
    return leaves.total(workers)
  }

  /// Computes the gradient with respect to the convolution's output of some samples.
  ///
  /// - Parameters:
  ///   - factors: a, b and offset of batch norm's backward pass.
  ///   - result: Gets `[samples, T, H, W, C]`.
  func outputGradient(
    of samples: Range<Int>, _ values: Buffer<Float>, _ windows: PoolingWindows,
    pooledGradient: Buffer<Float>, factors: BackwardFactors, _ precision: Precision,
    into result: Buffer<Float>
  ) {
    let imageCount = shape.pixelCount * shape.paddedCount
    let rowCount = shape.windowRowCount
    convolution.context.workers.forEach(
      samples.count * rowCount, scratch: { membranes() },
      {
        unit, membranes in
        let (sample, row) = (samples.lowerBound + unit / rowCount, unit % rowCount)
        let to = (sample - samples.lowerBound) * shape.stepCount * imageCount
        // Safe: a sample's gradients; the factors are constants.
        var gradient = unsafe dvsk_window_gradient()
        unsafe gradient.pooled_step_stride = shape.paddedCount
        unsafe gradient.output = result.address(to, count: shape.stepCount * imageCount)
        unsafe gradient.a = UnsafePointer(factors.a.address(count: factors.a.count))
        unsafe gradient.b = UnsafePointer(factors.b.address(count: factors.b.count))
        unsafe gradient.offset = UnsafePointer(factors.offset.address(count: factors.offset.count))
        unsafe gradient.output_step_stride = imageCount
        unsafe gradient.rounds = precision == .bfloat16 ? 1 : 0
        // Safe: a sample's values, a window's pooled gradients; offsets are within a sample.
        let values = unsafe values.address(
          sample * shape.sampleValueCount, count: shape.sampleValueCount)
        let scratch = unsafe membranes.address(count: membranes.count)
        for window in shape.windows(inRow: row, of: sample) {
          unsafe gradient.pooled = unsafe UnsafePointer(pooled(pooledGradient, window))
          unsafe gradient.output_site_offset = outputOffsets(window)
          unsafe windows.backward(
            values, windows.siteOffsets(window, firstRow: 0), gradient, scratch: scratch)
        }
        for pixel in shape.droppedPixels(inWindowRow: row) {
          let number = pixel.row * shape.width + pixel.column
          unsafe gradient.output_site_offset = (number * shape.paddedCount, 0, 0, 0)
          unsafe windows.backwardDropped(
            values + number * shape.pixelValueCount, gradient, scratch: scratch)
        }
      })
  }

  /// Room for a window's membranes, `[T, sites, 16]`.
  private func membranes() -> Buffer<Float> {
    Buffer(count: shape.stepCount * shape.siteCount * 16)
  }

  /// The sites of a window in images `[H, W, C]`.
  private func outputOffsets(_ window: PoolingWindows.Window) -> PoolingWindows.SiteOffsets {
    let edge = shape.windowEdge
    let upper = (edge * window.row * shape.width + edge * window.column) * shape.paddedCount
    let lower = upper + shape.width * shape.paddedCount
    return (upper, upper + shape.paddedCount, lower, lower + shape.paddedCount)
  }

  @unsafe private func pooled(
    _ gradient: Buffer<Float>, _ window: PoolingWindows.Window
  ) -> UnsafeMutablePointer<Float> {
    let pixel =
      (window.sample * shape.pooledHeight + window.row) * shape.pooledWidth + window.column
    return unsafe gradient.address(pixel * shape.pixelValueCount, count: shape.pixelValueCount)
  }
}

internal import CDVSKernels
internal import SpikingNetwork

extension SpikeStage {
  /// Computes the sums from which batch norm's gradients follow.
  ///
  /// Membranes are computed again. Pixels outside every window add nothing: their spikes have no
  /// gradient.
  ///
  /// - Parameter pooledGradient: `[N, h, w, T, C]`.
  func gradientSums(
    _ values: Buffer<Float>, _ windows: PoolingWindows, pooledGradient: Buffer<Float>,
    sumsLeakGradient: Bool
  ) -> GradientSums {
    let leaves = GradientLeaves(
      sampleCount: shape.sampleCount, blockCount: shape.windowRowBlocks.count,
      groupCount: windows.norm.groupCount, channelCount: shape.paddedCount,
      sumsLeakGradient: sumsLeakGradient)
    let workers = convolution.context.workers
    workers.forEachLeaf(
      of: 0..<shape.sampleCount, shape.windowRowBlocks, scratch: { membranes() },
      { leaf, membranes in
        // Safe: reads a sample's values and a window's pooled gradients; writes the leaf's own
        // sums.
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

  /// Computes the gradient with respect to the convolution's output, for the given samples.
  ///
  /// - Parameters:
  ///   - factors: The factors of batch norm's backward pass.
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
        // Safe: writes the gradients of one sample; the factors are constants.
        var gradient = unsafe dvsk_window_gradient()
        unsafe gradient.pooled_step_stride = shape.paddedCount
        unsafe gradient.result = result.address(to, count: shape.stepCount * imageCount)
        unsafe gradient.a = UnsafePointer(factors.a.address(count: factors.a.count))
        unsafe gradient.b = UnsafePointer(factors.b.address(count: factors.b.count))
        unsafe gradient.c = UnsafePointer(factors.c.address(count: factors.c.count))
        unsafe gradient.result_step_stride = imageCount
        unsafe gradient.rounds = precision == .bfloat16 ? 1 : 0
        // Safe: reads a sample's values, within which all offsets are, and a window's pooled
        // gradients.
        let values = unsafe values.address(
          sample * shape.sampleValueCount, count: shape.sampleValueCount)
        let scratch = unsafe membranes.address(count: membranes.count)
        for window in shape.windows(inRow: row, of: sample) {
          unsafe gradient.pooled = unsafe UnsafePointer(pooled(pooledGradient, window))
          unsafe gradient.result_site_offset = outputOffsets(window)
          unsafe windows.backward(
            values, windows.siteOffsets(window, firstRow: 0), gradient, scratch: scratch)
        }
        for pixel in shape.droppedPixels(inWindowRow: row) {
          let index = pixel.row * shape.width + pixel.column
          unsafe gradient.result_site_offset = (index * shape.paddedCount, 0, 0, 0)
          unsafe windows.backwardDropped(
            values + index * shape.pixelValueCount, gradient, scratch: scratch)
        }
      })
  }

  /// Memory for the membranes of a window and 16 channels, `[T, sites, 16]`.
  private func membranes() -> Buffer<Float> {
    Buffer(count: shape.stepCount * shape.siteCount * 16)
  }

  /// The offsets of a window's sites in images `[H, W, C]`.
  private func outputOffsets(_ window: PoolingWindows.Window) -> PoolingWindows.SiteOffsets {
    let edge = shape.windowEdge
    let upper = (edge * window.row * shape.width + edge * window.column) * shape.paddedCount
    let lower = upper + shape.width * shape.paddedCount
    return (upper, upper + shape.paddedCount, lower, lower + shape.paddedCount)
  }

  /// The address of a window's gradients `[T, C]`.
  @unsafe private func pooled(
    _ gradient: Buffer<Float>, _ window: PoolingWindows.Window
  ) -> UnsafeMutablePointer<Float> {
    let pixel =
      (window.sample * shape.pooledHeight + window.row) * shape.pooledWidth + window.column
    return unsafe gradient.address(pixel * shape.pixelValueCount, count: shape.pixelValueCount)
  }
}

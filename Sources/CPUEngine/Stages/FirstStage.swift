internal import CDVSKernels
internal import SpikingNetwork

/// The first stage for a batch: counts → convolution → batch norm → neurons → pooled bits.
///
/// It computes one pooling window after another, so that the convolution's output is never stored.
struct FirstStage: Sendable {
  let convolution: CountConvolution
  /// `[N, T, H + 2, W + 2, polarities]`.
  let counts: Buffer<Float>
  let packedWeights: Buffer<Float>
  /// The moments of the counts over the samples of all processes that train together; empty in
  /// evaluation mode.
  let moments: [Double]
  let norm: BatchNorm
  let windows: PoolingWindows

  private var shape: StageShape { convolution.shape }
  private var workers: Workers { convolution.context.workers }

  /// Computes the pooled bits.
  ///
  /// - Returns: The number of spikes of each channel, before pooling.
  func forward(into pooled: Buffer<UInt64>) -> [Int] {
    let counts = SpikeCounts(shape)
    forEachLeaf(of: 0..<shape.sampleCount) { leaf, scratch in
      // Safe: the windows' offsets are within the thread's values; the counts are the leaf's own.
      let own = unsafe counts.begin(leaf)
      for row in leaf.rows {
        for window in shape.windows(inRow: row, of: leaf.sample) {
          unsafe convolution.forward(
            self.counts, window, weights: packedWeights, into: scratch.values)
          unsafe windows.forward(
            window, scratch.values.address(count: scratch.values.count),
            windows.consecutiveOffsets, into: pooled, counts: own)
        }
        let dropped = shape.droppedPixels(inWindowRow: row)
        if dropped.isEmpty { continue }
        let discarded = windows.discardedBits()
        for pixel in dropped {
          // Safe: one pixel of the thread's values; the counts are the leaf's own.
          let values = unsafe scratch.values.address(count: shape.pixelValueCount)
          unsafe convolution.forward(
            self.counts, sample: leaf.sample, pixel, weights: packedWeights, into: values)
          unsafe windows.forwardDropped(values, into: discarded, counts: own)
        }
      }
    }
    return counts.total
  }

  /// The sums of a backward pass, to which samples are added group by group.
  struct Backward: Sendable {
    let leaves: GradientLeaves
    /// `Σ dz·pᵀ` `[groups, inputs, C]`, see ``CountConvolution``.
    let weightSums: LeafSums<Double>
  }

  private var weightSumCount: Int {
    norm.groupCount * convolution.inputCount * shape.paddedCount
  }

  /// Takes memory for the sums of a backward pass.
  func beginBackward(sumsLeakGradient: Bool) -> Backward {
    let (samples, blocks) = (shape.sampleCount, shape.windowRowBlocks.count)
    return Backward(
      leaves: GradientLeaves(
        sampleCount: samples, blockCount: blocks, groupCount: norm.groupCount,
        channelCount: shape.paddedCount, sumsLeakGradient: sumsLeakGradient),
      weightSums: LeafSums(sampleCount: samples, blockCount: blocks, count: weightSumCount))
  }

  /// Adds the given samples to the sums of a backward pass.
  ///
  /// Pixels outside every pooling window add nothing: for them dz is 0, and the formula in
  /// ``CountConvolution`` takes the other terms of the weight gradient from the moments.
  ///
  /// - Parameter pooledGradient: The gradient with respect to the pooled spikes, `[N, h, w, T, C]`.
  func addSamples(
    _ samples: Range<Int>, pooledGradient: Buffer<Float>, to backward: Backward
  ) {
    forEachLeaf(of: samples) { leaf, scratch in
      // Safe: offsets are within the thread's values and gradients; the sums are the leaf's own.
      var gradient = unsafe backward.leaves.begin(leaf)
      let sums = unsafe backward.weightSums.begin(sample: leaf.sample, block: leaf.block)
      unsafe gradient.pooled_step_stride = shape.paddedCount
      unsafe gradient.result = scratch.gradient.address(count: scratch.gradient.count)
      unsafe gradient.result_site_offset = windows.consecutiveOffsets
      unsafe gradient.result_step_stride = shape.paddedCount
      for row in leaf.rows where row < shape.pooledHeight {
        scratch.rowSums.fill(0)
        for window in shape.windows(inRow: row, of: leaf.sample) {
          unsafe convolution.forward(
            counts, window, weights: packedWeights, into: scratch.values)
          let pixel =
            (leaf.sample * shape.pooledHeight + row) * shape.pooledWidth + window.column
          unsafe gradient.pooled = UnsafePointer(
            pooledGradient.address(
              pixel * shape.pixelValueCount, count: shape.pixelValueCount))
          unsafe windows.backward(
            scratch.values.address(count: scratch.values.count), windows.consecutiveOffsets,
            gradient, scratch: scratch.membranes.address(count: scratch.membranes.count))
          unsafe convolution.addWeightGradient(
            counts, window, gradient: scratch.gradient, to: scratch.rowSums,
            groupCount: norm.groupCount)
        }
        // Float32 is accurate enough for a row of windows; the sum over the batch needs float64.
        for index in 0..<weightSumCount {
          unsafe sums[index] += Double(scratch.rowSums[index])
        }
      }
    }
  }

  /// The sums over all samples of this process, all of which must have been added.
  func gradientSums(_ backward: Backward) -> GradientSums {
    var sums = backward.leaves.total(workers)
    sums.weightProducts = backward.weightSums.total(workers).values
    return sums
  }

  /// The gradients with respect to batch norm's parameters and to the convolution's weights
  /// `[out, polarities, 3, 3]`.
  ///
  /// - Parameters:
  ///   - sums: The sums over all processes that train together.
  ///   - weight: γ of batch norm.
  func gradients(
    _ sums: GradientSums, weight: [Float]
  ) -> (norm: BatchNorm.Gradients, weights: [Float]) {
    let gradients = norm.gradients(sums, weight: weight)
    let weights = convolution.weightGradient(
      sums.weightProducts, moments: moments, weights: packedWeights,
      groupCount: norm.groupCount, factors: (gradients.a, gradients.b, gradients.c))
    return (gradients, weights)
  }

  /// A thread's memory for one window, and for the weight gradient of a row of windows.
  private struct Scratch {
    let values: Buffer<Float>
    let gradient: Buffer<Float>
    let membranes: Buffer<Float>
    let rowSums: Buffer<Float>
  }

  private func forEachLeaf(
    of samples: Range<Int>, _ body: @escaping @Sendable (_ leaf: Leaf, Scratch) -> Void
  ) {
    let valueCount = shape.siteCount * shape.pixelValueCount
    workers.forEachLeaf(
      of: samples, shape.windowRowBlocks,
      scratch: {
        Scratch(
          values: Buffer(count: valueCount), gradient: Buffer(count: valueCount),
          membranes: Buffer(count: shape.stepCount * shape.siteCount * 16),
          rowSums: Buffer(count: weightSumCount))
      }, body)
  }
}

internal import CDVSKernels
internal import SpikingNetwork

/// The first stage on a batch: counts → convolution → batch norm → neurons → pooled bits, a window
/// at a time.
struct FirstStage: Sendable {
  let convolution: CountConvolution
  /// `[N, T, H + 2, W + 2, polarities]`.
  let counts: Buffer<Float>
  let packedWeights: Buffer<Float>
  /// The moments of this process's neighbourhoods; empty in evaluation mode.
  let moments: [Double]
  let norm: BatchNorm
  let windows: PoolingWindows

  private var shape: StageShape { convolution.shape }
  private var workers: Workers { convolution.context.workers }

  /// Computes pooled bits.
  ///
  /// - Returns: The spikes of each channel before pooling.
  func forward(into pooled: Buffer<UInt64>) -> [Int] {
    let counts = SpikeCounts(shape)
    forEachLeaf(of: 0..<shape.sampleCount) { leaf, scratch in
      // Safe: the sites of values, which the windows' offsets name; the leaf's own counts.
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
          // Safe: one pixel of values; the leaf's own counts.
          let values = unsafe scratch.values.address(count: shape.pixelValueCount)
          unsafe convolution.forward(
            self.counts, sample: leaf.sample, pixel, weights: packedWeights, into: values)
          unsafe windows.forwardDropped(values, into: discarded, counts: own)
        }
      }
    }
    return counts.total
  }

  /// The sums of a backward pass that takes samples group by group.
  struct Backward: Sendable {
    let leaves: GradientLeaves
    /// `Σ p dz` `[groups, inputs, C]`.
    let weightSums: LeafSums<Double>
  }

  private var weightSumCount: Int {
    norm.groupCount * convolution.inputCount * shape.paddedCount
  }

  /// Begins a backward pass.
  func beginBackward(sumsMembraneWeight: Bool) -> Backward {
    let (samples, blocks) = (shape.sampleCount, shape.windowRowBlocks.count)
    return Backward(
      leaves: GradientLeaves(
        sampleCount: samples, blockCount: blocks, groupCount: norm.groupCount,
        channelCount: shape.paddedCount, sumsMembraneWeight: sumsMembraneWeight),
      weightSums: LeafSums(sampleCount: samples, blockCount: blocks, count: weightSumCount))
  }

  /// Takes some samples into the sums.
  ///
  /// Pixels outside every pooling window only get batch norm's part of the gradient, which the
  /// closed form of the weight gradient takes from the moments.
  ///
  /// - Parameter pooledGradient: That with respect to the pooled spikes, `[N, h, w, T, C]`.
  func addSamples(
    _ samples: Range<Int>, pooledGradient: Buffer<Float>, to backward: Backward
  ) {
    forEachLeaf(of: samples) { leaf, scratch in
      // Safe: the sites of values and gradients, which the offsets name; the leaf's own sums.
      var gradient = unsafe backward.leaves.begin(leaf)
      let sums = unsafe backward.weightSums.begin(sample: leaf.sample, block: leaf.block)
      unsafe gradient.pooled_step_stride = shape.paddedCount
      unsafe gradient.output = scratch.gradient.address(count: scratch.gradient.count)
      unsafe gradient.output_site_offset = windows.consecutiveOffsets
      unsafe gradient.output_step_stride = shape.paddedCount
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
        // Float32 holds the sums of a row of windows; their sum over the batch is in float64.
        for number in 0..<weightSumCount {
          unsafe sums[number] += Double(scratch.rowSums[number])
        }
      }
    }
  }

  /// Ends a backward pass: the gradients with respect to batch norm's parameters and the weights
  /// `[out, polarities, 3, 3]`.
  ///
  /// - Parameter totals: The sums over all processes that train together.
  func finish(
    _ backward: Backward, sums: GradientSums, totals: GradientSums, weight: [Float]
  ) -> (norm: BatchNorm.Gradients, weights: [Float]) {
    let gradients = norm.gradients(sums, totals: totals, weight: weight)
    let weights = convolution.weightGradient(
      backward.weightSums.total(workers).values, moments: moments, weights: packedWeights,
      groupCount: norm.groupCount, factors: (gradients.a, gradients.b, gradients.offset))
    return (gradients, weights)
  }

  /// The sums of all samples.
  func gradientSums(_ backward: Backward) -> GradientSums { backward.leaves.total(workers) }

  /// A thread's memory.
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

internal import CDVSKernels

extension SpikeConvolution {
  /// How a sample's share of the weights' gradient is divided: into blocks of rows, each with sums
  /// of its own, and into slices of input channels, whose sums lie side by side.
  ///
  /// A block is as many rows as the kernel takes at a time, or more: the sums are as large as the
  /// weights, and adding them up must not cost more than what goes into them. A small image has few
  /// blocks, but several slices.
  struct WeightDivision: Sendable {
    /// Rows that the kernel takes at a time.
    let rowsPerChunk: Int
    let blocks: RowBlocks
    /// Input channels of a slice.
    let sliceSize: Int
    let sliceCount: Int

    init(_ shape: StageShape) {
      rowsPerChunk = min(shape.height, DVSK_GRADIENT_WORDS * max(1, 64 / shape.width))
      let unitCount = 8
      blocks = RowBlocks(
        rowCount: (shape.height + rowsPerChunk - 1) / rowsPerChunk, atMost: unitCount)
      let parts = shape.paddedInputCount / 16
      let slices = min(parts, (unitCount + blocks.count - 1) / blocks.count)
      sliceSize = (parts + slices - 1) / slices * 16
      sliceCount = (shape.paddedInputCount + sliceSize - 1) / sliceSize
    }
  }

  /// Sums of the weights' gradient `[9, in, out]`, padded.
  struct WeightSums: Sendable {
    let samples: LeafSums<Float>
    /// Those of the blocks of some samples.
    let blocks: LeafSums<Float>
    let division: WeightDivision

    /// - Parameter samplesAtATime: At most so many are taken at once.
    init(_ shape: StageShape, sampleCount: Int, samplesAtATime: Int) {
      let count = 9 * shape.paddedInputCount * shape.paddedCount
      division = WeightDivision(shape)
      samples = LeafSums(sampleCount: sampleCount, count: count)
      blocks = LeafSums(
        sampleCount: samplesAtATime, blockCount: division.blocks.count, count: count)
    }
  }

  /// Sums the gradients with respect to the weights of some samples.
  ///
  /// - Parameter gradient: That with respect to the output, `[samples, T, H, W, C]`.
  func sumWeightGradients(
    _ bits: Buffer<UInt64>, samples: Range<Int>, gradient: Buffer<Float>, to sums: WeightSums
  ) {
    let division = sums.division
    let unitsPerSample = division.blocks.count * division.sliceCount
    context.workers.forEach(
      samples.count * unitsPerSample,
      scratch: { masks(rowCount: division.rowsPerChunk) },
      { unit, masks in
        let (number, rest) = unit.quotientAndRemainder(dividingBy: unitsPerSample)
        let (block, slice) = rest.quotientAndRemainder(dividingBy: division.sliceCount)
        let first = slice * division.sliceSize
        addWeightGradient(
          bits, sample: samples.lowerBound + number, gradient: gradient, number: number,
          block: block,
          inputs: first..<min(shape.paddedInputCount, first + division.sliceSize), to: sums,
          masks)
      })
    sums.blocks.addBlocks(
      sampleCount: samples.count, into: sums.samples, from: samples.lowerBound, context.workers)
  }

  /// Sums a block's gradients with respect to the weights of some inputs.
  private func addWeightGradient(
    _ bits: Buffer<UInt64>, sample: Int, gradient: Buffer<Float>, number: Int, block: Int,
    inputs: Range<Int>, to sums: WeightSums, _ masks: Buffer<UInt64>
  ) {
    let division = sums.division
    let rowCount = shape.width * shape.paddedCount
    // Safe: the places of these inputs in the block's own sums, for each of nine taps.
    let weights = unsafe sums.blocks.leaf(sample: number, block: block)
    for tap in 0..<9 {
      let place = (tap * shape.paddedInputCount + inputs.lowerBound) * shape.paddedCount
      unsafe (weights + place).update(repeating: 0, count: inputs.count * shape.paddedCount)
    }
    for step in 0..<shape.stepCount {
      let image = (number * shape.stepCount + step) * shape.height * rowCount
      for chunk in division.blocks.rows(block) {
        let first = chunk * division.rowsPerChunk
        let rows = min(division.rowsPerChunk, shape.height - first)
        // Safe: rows of the gradient's image, and masks for them.
        unsafe withUnsafePointer(to: self.image(bits, sample: sample, step: step)) { spikes in
          unsafe dvsk_spike_weight_gradient(
            context.isa, spikes,
            gradient.address(image + first * rowCount, count: rows * rowCount),
            shape.paddedCount, first, rows, inputs.lowerBound, inputs.upperBound, weights,
            masks.address(count: masks.count))
        }
      }
    }
  }

  /// Adds the sums of the batch to a gradient `[out, in, 3, 3]`.
  func addWeightGradient(_ sums: WeightSums, to weights: inout [Float]) {
    let total = sums.samples.total(context.workers)
    unsafe weights.withUnsafeMutableBufferPointer { weights in
      guard let weights = weights.baseAddress else { return }
      nonisolated(unsafe) let target = unsafe weights
      context.workers.forEachRange(of: shape.channelCount, size: 16) { outputs in
        // Safe: sums and weights have the extents that the call is told; a range of outputs grows.
        unsafe withUnsafePointer(to: filters(nil)) { filters in
          unsafe dvsk_add_packed_filters(
            filters, outputs.lowerBound, outputs.upperBound, total.address(count: total.count),
            inputScale, target)
        }
      }
    }
  }

  /// Scratch of the kernel.
  private func masks(rowCount: Int) -> Buffer<UInt64> {
    let result = Buffer<UInt64>(count: 3 * (rowCount + 2) * shape.paddedInputCount)
    result.fill(0)
    return result
  }
}

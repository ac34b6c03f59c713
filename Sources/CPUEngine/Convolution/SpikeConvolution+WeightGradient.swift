internal import CDVSKernels

extension SpikeConvolution {
  /// How the weight gradient of a sample is divided into units of work.
  ///
  /// A block is a range of rows and time steps with its own sums. A slice is a range of input
  /// channels; all slices of a block share its sums. A block has at least as many rows as the
  /// kernel takes in one call: sums are as large as the weights, and adding them must not cost more
  /// than computing them. So small images have few blocks, but several slices. A block has at most
  /// 16 time steps, since rounding errors of float32 grow with the length of a sum.
  struct WeightDivision: Sendable {
    /// The number of rows in a chunk, which the kernel takes in one call.
    let rowsPerChunk: Int
    /// The number of input channels in a slice.
    let sliceSize: Int
    let sliceCount: Int
    /// The number of blocks in a sample.
    let blockCount: Int
    private let stepCount: Int
    private let rowBlocks: RowBlocks
    private static let stepsPerBlock = 16

    init(_ shape: StageShape) {
      let unitCount = 8
      stepCount = shape.stepCount
      rowsPerChunk = min(shape.height, DVSK_GRADIENT_WORDS * max(1, 64 / shape.width))
      rowBlocks = RowBlocks(
        rowCount: (shape.height + rowsPerChunk - 1) / rowsPerChunk, atMost: unitCount)
      blockCount =
        rowBlocks.count * ((stepCount + Self.stepsPerBlock - 1) / Self.stepsPerBlock)
      let parts = shape.paddedInputCount / 16
      let slices = min(parts, (unitCount + blockCount - 1) / blockCount)
      sliceSize = (parts + slices - 1) / slices * 16
      sliceCount = (shape.paddedInputCount + sliceSize - 1) / sliceSize
    }

    /// The time steps of a block, and the chunks that contain its rows.
    func extent(ofBlock block: Int) -> (steps: Range<Int>, chunks: Range<Int>) {
      let (group, rows) = block.quotientAndRemainder(dividingBy: rowBlocks.count)
      let first = group * Self.stepsPerBlock
      return (first..<min(stepCount, first + Self.stepsPerBlock), rowBlocks.rows(rows))
    }
  }

  /// Sums for the weight gradient, `[9, in, out]` with padded channels.
  struct WeightSums {
    let division: WeightDivision
    let samples: SampleSums
    /// The sums of all blocks except each sample's first, for one group of samples.
    let blocks: LeafSums<Float>

    /// - Parameter groupSize: The largest number of samples in a group.
    init(_ shape: StageShape, groupSize: Int, _ buffers: EngineBuffers.WeightSums) {
      let count = 9 * shape.paddedInputCount * shape.paddedCount
      division = WeightDivision(shape)
      samples = SampleSums(
        sampleCount: shape.sampleCount, groupSize: groupSize, count: count,
        memory: buffers.samples)
      blocks = LeafSums(
        sampleCount: groupSize, blockCount: division.blockCount - 1, count: count,
        memory: buffers.blocks)
    }
  }

  /// Computes the weight gradient of the next group of samples.
  ///
  /// - Parameter gradient: The gradient with respect to the output, `[samples, T, H, W, C]`.
  func sumWeightGradients(
    _ bits: Buffer<UInt64>, samples: Range<Int>, gradient: Buffer<Float>, to sums: WeightSums
  ) {
    let (division, blocks) = (sums.division, sums.blocks)
    let unitsPerSample = division.blockCount * division.sliceCount
    // A sample's first block writes the sample's sums; the others are added to them in order.
    let slots = sums.samples.takeSlots(for: samples)
    let sampleSums = unsafe slots.map { unsafe sums.samples.address(ofSlot: $0) }
    nonisolated(unsafe) let firstBlocks = unsafe sampleSums
    context.workers.forEach(
      samples.count * unitsPerSample,
      scratch: { Buffer<UInt64>(count: maskCount(rowCount: division.rowsPerChunk)) },
      { unit, masks in
        let (number, rest) = unit.quotientAndRemainder(dividingBy: unitsPerSample)
        let (block, slice) = rest.quotientAndRemainder(dividingBy: division.sliceCount)
        let first = slice * division.sliceSize
        // Safe: writes the sums of one block and slice; slices have disjoint input channels.
        unsafe addWeightGradient(
          bits, sample: samples.lowerBound + number, gradient: gradient, number: number,
          division.extent(ofBlock: block), division.rowsPerChunk,
          inputs: first..<min(shape.paddedInputCount, first + division.sliceSize),
          to: block == 0
            ? firstBlocks[number] : blocks.leaf(sample: number, block: block - 1), masks)
      })
    if division.blockCount > 1 {
      context.workers.forEachRange(of: blocks.count, size: 4096) { range in
        for number in 0..<samples.count {
          // Safe: the same range of a sample's sums and of its blocks' sums.
          unsafe blocks.addBlocks(
            of: number, range: range, to: firstBlocks[number] + range.lowerBound)
        }
      }
    }
    sums.samples.add(upTo: samples.upperBound, context.workers)
  }

  /// Computes the weight gradient of a block for a range of input channels.
  ///
  /// - Parameters:
  ///   - number: The index of the sample's images in `gradient`.
  ///   - extent: The block's time steps and chunks of rows.
  @unsafe private func addWeightGradient(
    _ bits: Buffer<UInt64>, sample: Int, gradient: Buffer<Float>, number: Int,
    _ extent: (steps: Range<Int>, chunks: Range<Int>), _ rowsPerChunk: Int, inputs: Range<Int>,
    to weights: UnsafeMutablePointer<Float>, _ masks: Buffer<UInt64>
  ) {
    let rowCount = shape.width * shape.paddedCount
    for tap in 0..<9 {
      let offset = (tap * shape.paddedInputCount + inputs.lowerBound) * shape.paddedCount
      unsafe (weights + offset).update(repeating: 0, count: inputs.count * shape.paddedCount)
    }
    for step in extent.steps {
      let image = (number * shape.stepCount + step) * shape.height * rowCount
      for chunk in extent.chunks {
        let first = chunk * rowsPerChunk
        let rows = min(rowsPerChunk, shape.height - first)
        // Safe: reads the chunk's rows of the gradient; writes the thread's own masks, and the
        // sums.
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

  /// Adds a batch's weight gradient to `weights` `[out, in, 3, 3]`.
  ///
  /// - Parameter total: The sums over the batch `[9, in, out]`, with padded channels.
  @unsafe func addWeightGradient(_ total: UnsafePointer<Float>, to weights: inout [Float]) {
    nonisolated(unsafe) let total = unsafe total
    unsafe weights.withUnsafeMutableBufferPointer { weights in
      guard let weights = weights.baseAddress else { return }
      nonisolated(unsafe) let target = unsafe weights
      context.workers.forEachRange(of: shape.channelCount, size: 16) { outputs in
        // Safe: the kernel gets the extents of sums and weights, and writes a range of outputs.
        unsafe withUnsafePointer(to: filters(nil)) { filters in
          unsafe dvsk_add_packed_filters(
            filters, outputs.lowerBound, outputs.upperBound, total, inputScale, target)
        }
      }
    }
  }

  /// The number of words of the kernel's scratch.
  private func maskCount(rowCount: Int) -> Int { 3 * (rowCount + 2) * shape.paddedInputCount }
}

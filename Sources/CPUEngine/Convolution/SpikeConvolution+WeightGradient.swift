internal import CDVSKernels

extension SpikeConvolution {
  /// How a sample's part of the weights' gradient is divided: into blocks of rows and steps, each
  /// with sums of its own, and into slices of input channels, whose sums lie side by side.
  ///
  /// A block is as many rows as the kernel takes at a time, or more: the sums are as large as the
  /// weights, and adding them up must not cost more than what goes into them. A small image has few
  /// blocks, but several slices. A block has at most 16 steps, since float32 rounds long sums more.
  struct WeightDivision: Sendable {
    /// Rows that the kernel takes at a time.
    let rowsPerChunk: Int
    /// Input channels of a slice.
    let sliceSize: Int
    let sliceCount: Int
    /// Blocks of a sample.
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

    /// The steps of a block, and its rows, counted in what the kernel takes at a time.
    func extent(ofBlock block: Int) -> (steps: Range<Int>, chunks: Range<Int>) {
      let (group, rows) = block.quotientAndRemainder(dividingBy: rowBlocks.count)
      let first = group * Self.stepsPerBlock
      return (first..<min(stepCount, first + Self.stepsPerBlock), rowBlocks.rows(rows))
    }
  }

  /// Sums of the weights' gradient `[9, in, out]`, padded.
  struct WeightSums {
    let division: WeightDivision
    let samples: SampleSums
    /// Those of all blocks but a sample's first, of some samples.
    let blocks: LeafSums<Float>

    /// - Parameter groupSize: At most so many samples come at a time.
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

  /// Sums the gradients with respect to the weights of some samples, which follow those before.
  ///
  /// - Parameter gradient: That with respect to the output, `[samples, T, H, W, C]`.
  func sumWeightGradients(
    _ bits: Buffer<UInt64>, samples: Range<Int>, gradient: Buffer<Float>, to sums: WeightSums
  ) {
    let (division, blocks) = (sums.division, sums.blocks)
    let unitsPerSample = division.blockCount * division.sliceCount
    // A sample's first block begins its sum, and the others are added to it in their order.
    let places = sums.samples.place(samples)
    let sampleSums = unsafe places.map { unsafe sums.samples.address($0) }
    nonisolated(unsafe) let firstBlocks = unsafe sampleSums
    context.workers.forEach(
      samples.count * unitsPerSample,
      scratch: { Buffer<UInt64>(count: maskCount(rowCount: division.rowsPerChunk)) },
      { unit, masks in
        let (number, rest) = unit.quotientAndRemainder(dividingBy: unitsPerSample)
        let (block, slice) = rest.quotientAndRemainder(dividingBy: division.sliceCount)
        let first = slice * division.sliceSize
        // Safe: the sums of a block of a sample; each slice has inputs of its own.
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
          // Safe: the same places of a sample's sums and of its blocks'.
          unsafe blocks.addBlocks(
            of: number, places: range, to: firstBlocks[number] + range.lowerBound)
        }
      }
    }
    sums.samples.add(upTo: samples.upperBound, context.workers)
  }

  /// Sums a block's gradients with respect to the weights of some inputs.
  ///
  /// - Parameters:
  ///   - number: The sample's among those whose gradients there are.
  ///   - extent: Steps, and rows, counted in what the kernel takes at a time.
  @unsafe private func addWeightGradient(
    _ bits: Buffer<UInt64>, sample: Int, gradient: Buffer<Float>, number: Int,
    _ extent: (steps: Range<Int>, chunks: Range<Int>), _ rowsPerChunk: Int, inputs: Range<Int>,
    to weights: UnsafeMutablePointer<Float>, _ masks: Buffer<UInt64>
  ) {
    let rowCount = shape.width * shape.paddedCount
    for tap in 0..<9 {
      let place = (tap * shape.paddedInputCount + inputs.lowerBound) * shape.paddedCount
      unsafe (weights + place).update(repeating: 0, count: inputs.count * shape.paddedCount)
    }
    for step in extent.steps {
      let image = (number * shape.stepCount + step) * shape.height * rowCount
      for chunk in extent.chunks {
        let first = chunk * rowsPerChunk
        let rows = min(rowsPerChunk, shape.height - first)
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
    nonisolated(unsafe) let total = unsafe sums.samples.total
    unsafe weights.withUnsafeMutableBufferPointer { weights in
      guard let weights = weights.baseAddress else { return }
      nonisolated(unsafe) let target = unsafe weights
      context.workers.forEachRange(of: shape.channelCount, size: 16) { outputs in
        // Safe: sums and weights have the extents that the call is told; a range of outputs grows.
        unsafe withUnsafePointer(to: filters(nil)) { filters in
          unsafe dvsk_add_packed_filters(
            filters, outputs.lowerBound, outputs.upperBound, total, inputScale, target)
        }
      }
    }
  }

  /// Words of the kernel's scratch.
  private func maskCount(rowCount: Int) -> Int { 3 * (rowCount + 2) * shape.paddedInputCount }
}

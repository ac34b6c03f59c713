internal import CDVSKernels
internal import SpikingNetwork

/// A stage after the first: bits → convolution → batch norm → neurons → pooled bits.
struct SpikeStage: Sendable {
  let convolution: SpikeConvolution
  /// `[N, T, H, W, bit planes, words]`.
  let input: Buffer<UInt64>
  /// The samples whose convolution skips zeros.
  private let sparseSamples: [Int]
  /// The samples whose spikes are converted to float32.
  private let denseSamples: [Int]
  private let sparseWeights: Buffer<Float>?
  private let dense: DenseConvolution?

  /// Arranges the weights `[out, in, 3, 3]` for the kernels that the samples use.
  ///
  /// - Parameter isDense: Whether each sample's spikes are converted to float32, `[N]`.
  init(
    _ convolution: SpikeConvolution, input: Buffer<UInt64>, weights: Buffer<Float>, isDense: [Bool]
  ) {
    self.convolution = convolution
    self.input = input
    denseSamples = isDense.indices.filter { isDense[$0] }
    sparseSamples = isDense.indices.filter { !isDense[$0] }
    sparseWeights = sparseSamples.isEmpty ? nil : convolution.packed(weights)
    dense = denseSamples.isEmpty ? nil : DenseConvolution(convolution, weights: weights)
  }

  var shape: StageShape { convolution.shape }

  /// Computes the convolution of the whole batch.
  ///
  /// - Parameter values: Gets `[N, H, W, T, C]`.
  /// - Returns: Sums of the output `[groups, C]`, then sums of its squares.
  func convolve(into values: Buffer<Float>, groupCount: Int) -> [Double] {
    let blocks = shape.rowBlocks
    let moments = LeafSums<Double>(
      sampleCount: shape.sampleCount,
      blockCount: dense == nil ? blocks.count : max(blocks.count, shape.stepCount),
      count: 2 * groupCount * shape.paddedCount)
    // Dense samples have one block for each time step, so some leaves may remain unused.
    if dense != nil { moments.clear(workers) }
    dense?.run(
      input, samples: denseSamples, into: values, moments: moments, groupCount: groupCount)
    if let sparseWeights {
      let rowCount = shape.width * shape.pixelValueCount
      workers.forEachLeaf(of: sparseSamples, blocks) { leaf in
        // Safe: writes rows of a sample, and the leaf's own moments.
        let first = leaf.sample * shape.height + leaf.rows.lowerBound
        unsafe convolution.forward(
          input, sample: leaf.sample, rows: leaf.rows, packedWeights: sparseWeights,
          values: values.address(first * rowCount, count: leaf.rows.count * rowCount),
          moments: moments.begin(sample: leaf.sample, block: leaf.block), groupCount: groupCount)
      }
    }
    return moments.total(workers).values
  }

  private var workers: Workers { convolution.context.workers }

  /// Runs batch norm, neurons and pooling on the convolution's output.
  ///
  /// - Returns: The number of spikes of each channel, before pooling.
  func spikes(
    _ values: Buffer<Float>, _ windows: PoolingWindows, into pooled: Buffer<UInt64>
  ) -> [Int] {
    let counts = SpikeCounts(shape)
    addSpikes(of: Array(0..<shape.sampleCount), values, windows, into: pooled, counts: counts)
    return counts.total
  }

  /// Runs the whole stage in evaluation mode.
  ///
  /// For sparse samples it computes one row of windows after another, without storing the
  /// convolution's output.
  ///
  /// - Parameter values: Returns memory for the whole batch's output; called if samples are dense.
  /// - Returns: The number of spikes of each channel, before pooling.
  func evaluate(
    _ windows: PoolingWindows, into pooled: Buffer<UInt64>, values: () -> Buffer<Float>
  ) -> [Int] {
    let counts = SpikeCounts(shape)
    if let dense {
      let values = values()
      dense.run(input, samples: denseSamples, into: values, moments: nil, groupCount: 1)
      addSpikes(of: denseSamples, values, windows, into: pooled, counts: counts)
    }
    if let sparseWeights {
      evaluateSparse(sparseWeights, windows, into: pooled, counts: counts)
    }
    return counts.total
  }

  private func addSpikes(
    of samples: [Int], _ values: Buffer<Float>, _ windows: PoolingWindows,
    into pooled: Buffer<UInt64>, counts: SpikeCounts
  ) {
    workers.forEachLeaf(of: samples, shape.windowRowBlocks) { leaf in
      // Safe: reads a sample's values; writes the leaf's own counts.
      let own = unsafe counts.begin(leaf)
      let values = unsafe values.address(
        leaf.sample * shape.sampleValueCount, count: shape.sampleValueCount)
      for row in leaf.rows {
        unsafe addSpikes(
          ofWindowRow: row, leaf.sample, windows, values, firstRow: 0, into: pooled, counts: own)
      }
    }
  }

  private func evaluateSparse(
    _ packedWeights: Buffer<Float>, _ windows: PoolingWindows, into pooled: Buffer<UInt64>,
    counts: SpikeCounts
  ) {
    let rowCount = shape.width * shape.pixelValueCount
    workers.forEachLeaf(
      of: sparseSamples, shape.windowRowBlocks,
      scratch: { Buffer<Float>(count: shape.windowEdge * rowCount) },
      { leaf, values in
        // Safe: writes and reads the thread's own rows; writes the leaf's own counts.
        let own = unsafe counts.begin(leaf)
        let address = unsafe values.address(count: values.count)
        for row in leaf.rows {
          let rows = shape.rows(ofWindowRow: row)
          unsafe convolution.forward(
            input, sample: leaf.sample, rows: rows, packedWeights: packedWeights,
            values: address, moments: nil, groupCount: 1)
          unsafe addSpikes(
            ofWindowRow: row, leaf.sample, windows, address, firstRow: rows.lowerBound,
            into: pooled, counts: own)
        }
      })
  }

  /// Runs the neurons of a row of windows, and of the pixels in it that are outside every window.
  ///
  /// - Parameter values: A sample's values from row `firstRow` on.
  @unsafe private func addSpikes(
    ofWindowRow row: Int, _ sample: Int, _ windows: PoolingWindows,
    _ values: UnsafePointer<Float>, firstRow: Int, into pooled: Buffer<UInt64>,
    counts: UnsafeMutablePointer<Int32>
  ) {
    for window in shape.windows(inRow: row, of: sample) {
      unsafe windows.forward(
        window, values, windows.siteOffsets(window, firstRow: firstRow), into: pooled,
        counts: counts)
    }
    let dropped = shape.droppedPixels(inWindowRow: row)
    if dropped.isEmpty { return }
    let discarded = windows.discardedBits()
    for pixel in dropped {
      let offset = ((pixel.row - firstRow) * shape.width + pixel.column) * shape.pixelValueCount
      unsafe windows.forwardDropped(values + offset, into: discarded, counts: counts)
    }
  }
}

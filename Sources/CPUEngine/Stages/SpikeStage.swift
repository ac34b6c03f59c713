internal import CDVSKernels
internal import SpikingNetwork

/// One of the stages behind the first: bits → convolution → batch norm → neurons → pooled bits.
struct SpikeStage: Sendable {
  let convolution: SpikeConvolution
  /// `[N, T, H, W, planes, words]`.
  let input: Buffer<UInt64>
  /// The samples whose zeros are skipped, and those whose bits are taken as numbers.
  private let sparseSamples: [Int]
  private let denseSamples: [Int]
  private let sparseWeights: Buffer<Float>?
  private let dense: DenseConvolution?

  /// Lays out the weights `[out, in, 3, 3]` for the way that is the faster one for each sample's
  /// bits.
  ///
  /// - Parameter isDense: Whether a sample's bits are taken as numbers `[N]`.
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
  /// - Returns: Sums `[groups, C]`, and sums of squares behind them.
  func convolve(into values: Buffer<Float>, groupCount: Int) -> [Double] {
    let blocks = shape.rowBlocks
    let moments = LeafSums<Double>(
      sampleCount: shape.sampleCount,
      blockCount: dense == nil ? blocks.count : max(blocks.count, shape.stepCount),
      count: 2 * groupCount * shape.paddedCount)
    // Samples that are taken as numbers have a block for each step.
    if dense != nil { moments.clear(workers) }
    dense?.run(
      input, samples: denseSamples, into: values, moments: moments, groupCount: groupCount)
    if let sparseWeights {
      let rowCount = shape.width * shape.pixelValueCount
      workers.forEachLeaf(of: sparseSamples, blocks) { leaf in
        // Safe: rows of a sample are written; the leaf's own moments grow.
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

  /// Runs the neurons on a convolution's output.
  ///
  /// - Returns: The spikes of each channel before pooling.
  func spikes(
    _ values: Buffer<Float>, _ windows: PoolingWindows, into pooled: Buffer<UInt64>
  ) -> [Int] {
    let counts = SpikeCounts(shape)
    addSpikes(of: Array(0..<shape.sampleCount), values, windows, into: pooled, counts: counts)
    return counts.total
  }

  /// Convolves and runs the neurons in one go, a row of windows at a time; nothing is kept.
  ///
  /// - Parameter values: Makes room for the whole batch's output, where inputs are dense.
  /// - Returns: The spikes of each channel before pooling.
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
      // Safe: a sample's values; the leaf's own counts.
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
        // Safe: the rows of a row of windows are written and read; the leaf's own counts grow.
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

  /// Runs the neurons of a row of windows, and of its pixels that no window has.
  ///
  /// - Parameter values: A sample's, from row `firstRow` on.
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

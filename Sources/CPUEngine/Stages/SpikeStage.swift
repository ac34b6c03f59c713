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
    _ convolution: SpikeConvolution, input: Buffer<UInt64>, weights: [Float], isDense: [Bool]
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
    let moments = ShareSums<Double>(count: 2 * groupCount * shape.paddedCount)
    dense?.run(
      input, samples: denseSamples, into: values, moments: moments, groupCount: groupCount)
    if let sparseWeights {
      let rowCount = shape.width * shape.pixelValueCount
      forEachRow(of: sparseSamples, rowCount: shape.height) { share, sample, row in
        // Safe: one row of a sample is written; the share's own moments grow.
        unsafe convolution.forward(
          input, sample: sample, rows: row..<row + 1, packedWeights: sparseWeights,
          values: values.address((sample * shape.height + row) * rowCount, count: rowCount),
          moments: moments.address(share: share), groupCount: groupCount)
      }
    }
    return moments.total(convolution.context.workers)
  }

  /// Runs the neurons on a convolution's output.
  ///
  /// - Returns: The spikes of each channel before pooling.
  func spikes(
    _ values: Buffer<Float>, _ windows: PoolingWindows, into pooled: Buffer<UInt64>
  ) -> [Int] {
    let counts = ShareSums<Int32>(count: shape.paddedCount)
    addSpikes(of: Array(0..<shape.sampleCount), values, windows, into: pooled, counts: counts)
    return total(counts)
  }

  /// Convolves and runs the neurons in one go, a row of windows at a time; nothing is kept.
  ///
  /// - Parameter values: Makes room for the whole batch's output, where inputs are dense.
  /// - Returns: The spikes of each channel before pooling.
  func evaluate(
    _ windows: PoolingWindows, into pooled: Buffer<UInt64>, values: () -> Buffer<Float>
  ) -> [Int] {
    let counts = ShareSums<Int32>(count: shape.paddedCount)
    if let dense {
      let values = values()
      dense.run(input, samples: denseSamples, into: values, moments: nil, groupCount: 1)
      addSpikes(of: denseSamples, values, windows, into: pooled, counts: counts)
    }
    if let sparseWeights {
      evaluateSparse(sparseWeights, windows, into: pooled, counts: counts)
    }
    return total(counts)
  }

  private func total(_ counts: ShareSums<Int32>) -> [Int] {
    Array(counts.wideTotal().prefix(shape.channelCount))
  }

  private func addSpikes(
    of samples: [Int], _ values: Buffer<Float>, _ windows: PoolingWindows,
    into pooled: Buffer<UInt64>, counts: ShareSums<Int32>
  ) {
    forEachRow(of: samples, rowCount: shape.windowRowCount) { share, sample, row in
      // Safe: a sample's values; the share's own counts.
      unsafe addSpikes(
        ofWindowRow: row, sample, windows,
        values.address(sample * shape.sampleValueCount, count: shape.sampleValueCount),
        firstRow: 0, into: pooled, counts: counts.address(share: share))
    }
  }

  private func evaluateSparse(
    _ packedWeights: Buffer<Float>, _ windows: PoolingWindows, into pooled: Buffer<UInt64>,
    counts: ShareSums<Int32>
  ) {
    let windowRowCount = shape.windowRowCount
    let rowCount = shape.width * shape.pixelValueCount
    let samples = sparseSamples
    convolution.context.workers.forEachShare(of: samples.count * windowRowCount) { share, units in
      let values = Buffer<Float>(count: shape.windowEdge * rowCount)
      for unit in units {
        let (sample, row) = (samples[unit / windowRowCount], unit % windowRowCount)
        let rows = shape.rows(ofWindowRow: row)
        // Safe: the rows of a row of windows are written and read; the share's own counts grow.
        let address = unsafe values.address(count: values.count)
        unsafe convolution.forward(
          input, sample: sample, rows: rows, packedWeights: packedWeights, values: address,
          moments: nil, groupCount: 1)
        unsafe addSpikes(
          ofWindowRow: row, sample, windows, address, firstRow: rows.lowerBound, into: pooled,
          counts: counts.address(share: share))
      }
    }
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

  func forEachRow(
    of samples: [Int], rowCount: Int,
    _ body: @escaping @Sendable (_ share: Int, _ sample: Int, _ row: Int) -> Void
  ) {
    convolution.context.workers.forEachShare(of: samples.count * rowCount) { share, rows in
      for unit in rows { body(share, samples[unit / rowCount], unit % rowCount) }
    }
  }
}

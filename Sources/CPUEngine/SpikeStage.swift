internal import CDVSKernels
internal import SpikingNetwork

/// One of the stages behind the first: bits → convolution → batch norm → neurons → pooled bits.
struct SpikeStage: Sendable {
  let convolution: SpikeConvolution
  /// `[N, T, side, side, planes, words]`.
  let input: Buffer<UInt64>
  /// The share of ones among the inputs, of all planes together.
  let inputShare: Double
  /// The samples whose zeros are skipped, and those whose bits are taken as numbers.
  private let sparseSamples: [Int]
  private let denseSamples: [Int]
  private let sparseWeights: Buffer<Float>?
  private let dense: DenseConvolution?

  /// Lays out the weights `[out, in, 3, 3]` for the way that is the faster one for these bits.
  ///
  /// - Parameters:
  ///   - denseShare: The share of ones above which they are taken as numbers.
  ///   - choosesBySample: Whether each sample goes its own way, so that none depends on the others.
  init(
    _ convolution: SpikeConvolution, input: Buffer<UInt64>, weights: [Float],
    denseShare: Double = DenseConvolution.share, choosesBySample: Bool
  ) {
    let shape = convolution.shape
    self.convolution = convolution
    self.input = input
    let counts = convolution.workers.countOnes(
      input, sampleCount: shape.sampleCount, wordCount: shape.stepCount * shape.inputStepWordCount)
    let places = Double(shape.stepCount * shape.planeArea * shape.inputChannelCount)
    let share = Double(counts.reduce(0, +)) / (places * Double(shape.sampleCount))
    inputShare = share
    let isDense = counts.map { (choosesBySample ? Double($0) / places : share) > denseShare }
    denseSamples = isDense.indices.filter { isDense[$0] }
    sparseSamples = isDense.indices.filter { !isDense[$0] }
    sparseWeights = sparseSamples.isEmpty ? nil : convolution.packed(weights)
    dense = denseSamples.isEmpty ? nil : DenseConvolution(convolution, weights: weights)
  }

  private var shape: StageShape { convolution.shape }

  /// Computes the convolution of the whole batch, and its moments.
  ///
  /// - Parameter values: Gets `[N, side, side, T, C]`.
  func convolve(into values: Buffer<Float>, groupCount: Int) -> BatchNorm {
    let moments = ShareSums<Double>(count: 2 * groupCount * shape.paddedCount)
    dense?.run(
      input, samples: denseSamples, into: values, moments: moments, groupCount: groupCount)
    if let sparseWeights {
      let rowCount = shape.sideLength * shape.placeCount
      forEachRow(of: sparseSamples, rowCount: shape.sideLength) { share, sample, row in
        // Safe: one row of a sample is written; the share's own moments grow.
        unsafe convolution.forward(
          input, sample: sample, rows: row..<row + 1, packedWeights: sparseWeights,
          values: values.address(
            (sample * shape.sideLength + row) * rowCount, count: rowCount),
          moments: moments.address(share: share), groupCount: groupCount)
      }
    }
    return BatchNorm(
      sums: moments.total(convolution.workers), groupCount: groupCount,
      valueCount: shape.sampleCount * shape.stepCount / groupCount * shape.planeArea)
  }

  /// Runs the neurons on a convolution's output.
  ///
  /// - Returns: The spikes of each channel before pooling.
  func spikes(_ values: Buffer<Float>, _ squares: Squares, into pooled: Buffer<UInt64>) -> [Int] {
    let counts = ShareSums<Int32>(count: shape.paddedCount)
    addSpikes(of: Array(0..<shape.sampleCount), values, squares, into: pooled, counts: counts)
    return counts.total(convolution.workers).prefix(shape.channelCount).map { Int($0) }
  }

  private func addSpikes(
    of samples: [Int], _ values: Buffer<Float>, _ squares: Squares, into pooled: Buffer<UInt64>,
    counts: ShareSums<Int32>
  ) {
    forEachRow(of: samples, rowCount: shape.pooledSide) { share, sample, row in
      for column in 0..<shape.pooledSide {
        let square = Squares.Square(sample: sample, row: row, column: column)
        // Safe: a sample's values, whose sites the offsets name; the share's own counts.
        unsafe squares.forward(
          square, values.address(sample * shape.sampleValueCount, count: shape.sampleValueCount),
          squares.siteOffsets(square, firstRow: 0), into: pooled,
          counts: counts.address(share: share))
      }
    }
  }

  /// Convolves and runs the neurons in one go, two rows at a time; nothing is kept.
  ///
  /// - Parameter values: Makes room for the whole batch's output, where inputs are dense.
  /// - Returns: The spikes of each channel before pooling.
  func evaluate(
    _ squares: Squares, into pooled: Buffer<UInt64>, values: () -> Buffer<Float>
  ) -> [Int] {
    let counts = ShareSums<Int32>(count: shape.paddedCount)
    if let dense {
      let values = values()
      dense.run(input, samples: denseSamples, into: values, moments: nil, groupCount: 1)
      addSpikes(of: denseSamples, values, squares, into: pooled, counts: counts)
    }
    if let sparseWeights {
      evaluateSparse(sparseWeights, squares, into: pooled, counts: counts)
    }
    return counts.total(convolution.workers).prefix(shape.channelCount).map { Int($0) }
  }

  private func evaluateSparse(
    _ packedWeights: Buffer<Float>, _ squares: Squares, into pooled: Buffer<UInt64>,
    counts: ShareSums<Int32>
  ) {
    let side = shape.pooledSide
    let rowCount = shape.sideLength * shape.placeCount
    let samples = sparseSamples
    convolution.workers.forEachShare(of: samples.count * side) { share, units in
      let values = Buffer<Float>(count: 2 * rowCount)
      for unit in units {
        let (sample, row) = (samples[unit / side], unit % side)
        // Safe: two rows are written and read; the share's own counts grow.
        unsafe convolution.forward(
          input, sample: sample, rows: 2 * row..<2 * row + 2, packedWeights: packedWeights,
          values: values.address(count: 2 * rowCount), moments: nil, groupCount: 1)
        for column in 0..<side {
          let square = Squares.Square(sample: sample, row: row, column: column)
          unsafe squares.forward(
            square, values.address(count: 2 * rowCount),
            squares.siteOffsets(square, firstRow: 2 * row), into: pooled,
            counts: counts.address(share: share))
        }
      }
    }
  }

  /// Sums up what batch norm's gradients need; membranes are computed again.
  ///
  /// - Parameter pooledGradient: `[N, side/2, side/2, T, C]`.
  func gradientSums(
    _ values: Buffer<Float>, _ squares: Squares, pooledGradient: Buffer<Float>,
    sumsMembraneWeight: Bool
  ) -> GradientSums {
    let shares = GradientShares(
      groupCount: squares.norm.groupCount, channelCount: shape.paddedCount,
      sumsMembraneWeight: sumsMembraneWeight)
    forEachRow(of: Array(0..<shape.sampleCount), rowCount: shape.pooledSide) { share, sample, row in
      let membranes = Buffer<Float>(count: shape.stepCount * 64)
      for column in 0..<shape.pooledSide {
        let square = Squares.Square(sample: sample, row: row, column: column)
        // Safe: a sample's values and a square's pooled gradients; the share's own sums grow.
        unsafe squares.backward(
          values.address(sample * shape.sampleValueCount, count: shape.sampleValueCount),
          squares.siteOffsets(square, firstRow: 0),
          shares.gradient(
            share: share, pooled: pooled(pooledGradient, square),
            pooledStepStride: shape.paddedCount),
          scratch: membranes.address(count: membranes.count))
      }
    }
    return shares.total(convolution.workers)
  }

  /// Computes the gradient by the convolution's output of some samples.
  ///
  /// - Parameters:
  ///   - factors: a, b and offset of batch norm's way back.
  ///   - result: Gets `[samples, T, side, side, C]`.
  func outputGradient(
    of samples: Range<Int>, _ values: Buffer<Float>, _ squares: Squares,
    pooledGradient: Buffer<Float>, factors: BackwardFactors, _ precision: Precision,
    into result: Buffer<Float>
  ) {
    let imageCount = shape.planeArea * shape.paddedCount
    forEachRow(of: Array(samples), rowCount: shape.pooledSide) { _, sample, row in
      let membranes = Buffer<Float>(count: shape.stepCount * 64)
      for column in 0..<shape.pooledSide {
        let square = Squares.Square(sample: sample, row: row, column: column)
        let to = (sample - samples.lowerBound) * shape.stepCount * imageCount
        let upper = (2 * row * shape.sideLength + 2 * column) * shape.paddedCount
        let lower = upper + shape.sideLength * shape.paddedCount
        // Safe: a sample's values and gradients, a square's pooled gradients; offsets are within a sample.
        var gradient = unsafe dvsk_square_gradient()
        unsafe gradient.pooled = unsafe UnsafePointer(pooled(pooledGradient, square))
        unsafe gradient.pooled_step_stride = shape.paddedCount
        unsafe gradient.output = result.address(to, count: shape.stepCount * imageCount)
        unsafe gradient.a = UnsafePointer(factors.a.address(count: factors.a.count))
        unsafe gradient.b = UnsafePointer(factors.b.address(count: factors.b.count))
        unsafe gradient.offset = UnsafePointer(factors.offset.address(count: factors.offset.count))
        unsafe gradient.output_site_offset = (
          upper, upper + shape.paddedCount, lower, lower + shape.paddedCount
        )
        unsafe gradient.output_step_stride = imageCount
        unsafe gradient.rounds = precision == .bfloat16 ? 1 : 0
        unsafe squares.backward(
          values.address(sample * shape.sampleValueCount, count: shape.sampleValueCount),
          squares.siteOffsets(square, firstRow: 0), gradient,
          scratch: membranes.address(count: membranes.count))
      }
    }
  }

  @unsafe private func pooled(
    _ gradient: Buffer<Float>, _ square: Squares.Square
  ) -> UnsafeMutablePointer<Float> {
    let place =
      (square.sample * shape.pooledSide + square.row) * shape.pooledSide + square.column
    return unsafe gradient.address(place * shape.placeCount, count: shape.placeCount)
  }

  private func forEachRow(
    of samples: [Int], rowCount: Int,
    _ body: @escaping @Sendable (_ share: Int, _ sample: Int, _ row: Int) -> Void
  ) {
    convolution.workers.forEachShare(of: samples.count * rowCount) { share, rows in
      for unit in rows { body(share, samples[unit / rowCount], unit % rowCount) }
    }
  }
}

/// a, b and offset of batch norm's way back, `[groups, C]`.
struct BackwardFactors: Sendable {
  let a: Buffer<Float>
  let b: Buffer<Float>
  let offset: Buffer<Float>

  init(_ gradients: BatchNorm.Gradients) {
    a = Buffer(gradients.a)
    b = Buffer(gradients.b)
    offset = Buffer(gradients.offset)
  }
}

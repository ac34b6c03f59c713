internal import CDVSKernels
internal import SpikingNetwork

/// The first stage on a batch: counts → convolution → batch norm → neurons → pooled bits, a square at a time.
struct FirstStage: Sendable {
  let convolution: CountConvolution
  /// `[N, T, side + 2, side + 2, 2]`.
  let counts: Buffer<Float>
  let packedWeights: Buffer<Float>
  /// The moments of neighbourhoods; empty in evaluation mode.
  let moments: [Double]
  let norm: BatchNorm
  let squares: Squares

  private var shape: StageShape { convolution.shape }

  /// Computes pooled bits.
  ///
  /// - Returns: The spikes of each channel before pooling.
  func forward(into pooled: Buffer<UInt64>) -> [Int] {
    let counts = ShareSums<Int32>(count: shape.paddedCount)
    let samples = 0..<shape.sampleCount
    forEachSquare(of: samples) { share, square, scratch in
      // Safe: four sites of values, which the squares' offsets name; the share's own counts.
      unsafe convolution.forward(
        self.counts, square, weights: packedWeights, into: scratch.values)
      unsafe squares.forward(
        square, scratch.values.address(count: 4 * shape.placeCount), squares.consecutiveOffsets,
        into: pooled, counts: counts.address(share: share))
    }
    return counts.total(convolution.workers).prefix(shape.channelCount).map { Int($0) }
  }

  /// The sums of a way back that takes samples group by group.
  struct Backward: Sendable {
    let shares: GradientShares
    /// `Σ p dz` `[groups, 18, C]`.
    let weightSums: ShareSums<Double>
  }

  /// Begins a way back.
  func beginBackward(sumsMembraneWeight: Bool) -> Backward {
    Backward(
      shares: GradientShares(
        groupCount: norm.groupCount, channelCount: shape.paddedCount,
        sumsMembraneWeight: sumsMembraneWeight),
      weightSums: ShareSums(
        count: norm.groupCount * CountConvolution.inputCount * shape.paddedCount))
  }

  /// Takes some samples into the sums.
  ///
  /// - Parameter pooledGradient: That by the pooled spikes, `[N, side/2, side/2, T, C]`.
  func addSamples(
    _ samples: Range<Int>, pooledGradient: Buffer<Float>, to backward: Backward
  ) {
    let rowSums = norm.groupCount * CountConvolution.inputCount * shape.paddedCount
    forEachSquare(of: samples) { share, square, scratch in
      // Safe: four sites of values and gradients, which the offsets name; the share's own sums.
      unsafe convolution.forward(counts, square, weights: packedWeights, into: scratch.values)
      let place =
        (square.sample * shape.pooledSide + square.row) * shape.pooledSide + square.column
      var gradient = unsafe backward.shares.gradient(
        share: share,
        pooled: pooledGradient.address(place * shape.placeCount, count: shape.placeCount),
        pooledStepStride: shape.paddedCount)
      unsafe gradient.output = scratch.gradient.address(count: 4 * shape.placeCount)
      unsafe gradient.output_site_offset = squares.consecutiveOffsets
      unsafe gradient.output_step_stride = shape.paddedCount
      unsafe squares.backward(
        scratch.values.address(count: 4 * shape.placeCount), squares.consecutiveOffsets,
        gradient, scratch: scratch.membranes.address(count: scratch.membranes.count))
      if square.column == 0 { scratch.rowSums.fill(0) }
      unsafe convolution.addWeightGradient(
        counts, square, gradient: scratch.gradient, to: scratch.rowSums,
        groupCount: norm.groupCount)
      // Float32 holds the sums of a row of squares; their sum over the batch is in float64.
      if square.column == shape.pooledSide - 1 {
        let sums = unsafe backward.weightSums.address(share: share)
        for number in 0..<rowSums { unsafe sums[number] += Double(scratch.rowSums[number]) }
      }
    }
  }

  /// Ends a way back: the gradients of batch norm and by the weights `[out, 2, 3, 3]`.
  func finish(
    _ backward: Backward, scale: [Float]
  ) -> (norm: BatchNorm.Gradients, weights: [Float], membraneWeight: Double) {
    let sums = backward.shares.total(convolution.workers)
    let gradients = norm.gradients(sums, scale: scale)
    let weights = convolution.weightGradient(
      backward.weightSums.total(convolution.workers), moments: moments, weights: packedWeights,
      groupCount: norm.groupCount, factors: (gradients.a, gradients.b, gradients.offset))
    return (gradients, weights, sums.membraneWeight)
  }

  /// A share's memory.
  private struct Scratch {
    let values: Buffer<Float>
    let gradient: Buffer<Float>
    let membranes: Buffer<Float>
    let rowSums: Buffer<Float>
  }

  private func forEachSquare(
    of samples: Range<Int>, _ body: @escaping @Sendable (Int, Squares.Square, Scratch) -> Void
  ) {
    let side = shape.pooledSide
    convolution.workers.forEachShare(of: samples.count * side) { share, rows in
      let scratch = Scratch(
        values: Buffer(count: 4 * shape.placeCount), gradient: Buffer(count: 4 * shape.placeCount),
        membranes: Buffer(count: shape.stepCount * 64),
        rowSums: Buffer(
          count: norm.groupCount * CountConvolution.inputCount * shape.paddedCount))
      for unit in rows {
        for column in 0..<side {
          body(
            share,
            Squares.Square(
              sample: samples.lowerBound + unit / side, row: unit % side, column: column), scratch)
        }
      }
    }
  }
}

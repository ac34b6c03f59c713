internal import CDVSKernels
internal import SpikingNetwork

/// Batch norm, neurons over T and 2×2 pooling, a square of four sites at a time.
///
/// Only the convolution's output is kept for the way back: membranes and spikes are computed again.
struct NormalizedNeurons: Sendable {
  let shape: StageShape
  let neuron: dvsk_neuron
  let pooling: Pooling
  /// Factors and summands `[groups, C]` that normalize.
  let norm: NormFactors
  let workers: Workers
  let kernelSet: dvsk_isa

  /// Computes pooled spikes `[T·N, side/2, side/2, C]`.
  ///
  /// - Returns: The spikes of each channel before pooling.
  func forward(_ convolved: Buffer<Float>, into pooled: Buffer<UInt8>) -> [Int] {
    let counts = ShareSums<Int32>(count: shape.channelCount)
    forEachSquare { share, square, scratch in
      runForward(square, convolved, scratch)
      let siteCount = shape.stepCount * shape.channelCount
      // Safe: four sites of spikes are read; the last step's pooled channels end within the buffer.
      unsafe dvsk_count_spikes(
        kernelSet, 4 * shape.stepCount, shape.channelCount,
        scratch.spikes.address(count: 4 * siteCount), counts.address(share: share))
      unsafe dvsk_pool_forward(
        kernelSet, pooling == .average ? 1 : 0, shape.stepCount, shape.channelCount,
        scratch.spikes.address(count: 4 * siteCount),
        pooled.address(square.pooledOffset(shape), count: pooledExtent),
        pooledStepStride)
    }
    return counts.total.map { Int($0) }
  }

  /// What the way back sums up over all places.
  struct GradientSums {
    /// Of the gradient by the normalized values `[groups, C]`.
    var gradients: [Double]
    /// Of that times the convolution's output `[groups, C]`.
    var products: [Double]
    /// Of what the gradient by w is made of, without k(1 − k).
    var membraneWeight: Double
  }

  /// Computes the gradient by the normalized values, from that by the pooled spikes.
  ///
  /// - Parameter result: Becomes the gradient `[T·N, side, side, C]`.
  func backward(
    _ convolved: Buffer<Float>, _ pooledGradient: Buffer<Float>, into result: Buffer<Float>,
    sumsMembraneWeight: Bool
  ) -> GradientSums {
    let channels = shape.channelCount
    let groups = norm.groupCount
    let sums = ShareSums<Double>(count: 2 * groups * channels)
    let weightSums = ShareSums<Double>(count: channels)
    let siteCount = shape.stepCount * channels
    forEachSquare { share, square, scratch in
      runForward(square, convolved, scratch)
      // Safe: four sites are read and written; the last step's pooled channels end within the buffer.
      unsafe dvsk_pool_backward(
        kernelSet, pooling == .average ? 1 : 0, shape.stepCount, channels,
        scratch.spikes.address(count: 4 * siteCount),
        pooledGradient.address(square.pooledOffset(shape), count: pooledExtent),
        pooledStepStride, scratch.gradient.address(count: 4 * siteCount))
      for site in 0..<4 {
        let offset = square.siteOffset(site, shape)
        // Safe: a site's steps are within the buffers; the sums are the share's own.
        let input = unsafe convolved.address(offset, count: siteExtent)
        let gradient = unsafe scratch.gradient.address(site * siteCount, count: siteCount)
        unsafe withUnsafePointer(to: neuron) { neuron in
          unsafe dvsk_neuron_backward(
            kernelSet, neuron, steps, input, norm.scale.address(count: norm.count),
            norm.shift.address(count: norm.count),
            scratch.charged.address(site * siteCount, count: siteCount), gradient,
            scratch.membrane.address(count: channels),
            sumsMembraneWeight ? weightSums.address(share: share) : nil)
        }
        let shareSums = unsafe sums.address(share: share)
        let stepsPerGroup = shape.stepCount / groups
        for group in 0..<groups {
          let first = group * stepsPerGroup
          unsafe dvsk_add_products(
            kernelSet, stepsPerGroup, channels, gradient + first * channels,
            input + first * stepStride, stepStride, shareSums + group * channels,
            shareSums + (groups + group) * channels)
        }
        for step in 0..<shape.stepCount {
          unsafe result.address(offset + step * stepStride, count: channels)
            .update(from: gradient + step * channels, count: channels)
        }
      }
    }
    let total = sums.total
    return GradientSums(
      gradients: Array(total[..<(groups * channels)]),
      products: Array(total[(groups * channels)...]),
      membraneWeight: weightSums.total.reduce(0, +))
  }

  // MARK: Squares

  /// Four sites that are pooled: frames of a sample, a pooled row and column.
  private struct Square {
    let sample: Int
    let row: Int
    let column: Int

    func siteOffset(_ site: Int, _ shape: StageShape) -> Int {
      let (siteRow, siteColumn) = (2 * row + site / 2, 2 * column + site % 2)
      return ((sample * shape.sideLength + siteRow) * shape.sideLength + siteColumn)
        * shape.channelCount
    }

    func pooledOffset(_ shape: StageShape) -> Int {
      let side = shape.sideLength / 2
      return ((sample * side + row) * side + column) * shape.channelCount
    }
  }

  /// A share's memory: four sites over all steps.
  private struct Scratch {
    let charged: Buffer<Float>
    let gradient: Buffer<Float>
    let spikes: Buffer<UInt8>
    let membrane: Buffer<Float>
  }

  private var stepStride: Int { shape.sampleCount * shape.planeCount * shape.channelCount }
  private var pooledStepStride: Int { stepStride / 4 }
  /// From a site's first channel of the first step to its last of the last.
  private var siteExtent: Int { (shape.stepCount - 1) * stepStride + shape.channelCount }
  private var pooledExtent: Int { (shape.stepCount - 1) * pooledStepStride + shape.channelCount }

  private var steps: dvsk_steps {
    dvsk_steps(
      step_count: shape.stepCount, channel_count: shape.channelCount, input_stride: stepStride,
      norm_stride: norm.groupCount == 1 ? 0 : shape.channelCount)
  }

  private func forEachSquare(_ body: @escaping @Sendable (Int, Square, Scratch) -> Void) {
    let side = shape.sideLength / 2
    let siteCount = shape.stepCount * shape.channelCount
    workers.forEachShare(of: shape.sampleCount * side) { share, rows in
      let scratch = Scratch(
        charged: Buffer(count: 4 * siteCount), gradient: Buffer(count: 4 * siteCount),
        spikes: Buffer(count: 4 * siteCount), membrane: Buffer(count: shape.channelCount))
      for unit in rows {
        for column in 0..<side {
          body(share, Square(sample: unit / side, row: unit % side, column: column), scratch)
        }
      }
    }
  }

  /// Runs the four sites' neurons: `scratch` gets their membranes and spikes.
  private func runForward(_ square: Square, _ convolved: Buffer<Float>, _ scratch: Scratch) {
    let siteCount = shape.stepCount * shape.channelCount
    for site in 0..<4 {
      // Safe: a site's steps are within the buffers.
      unsafe withUnsafePointer(to: neuron) { neuron in
        unsafe dvsk_neuron_forward(
          kernelSet, neuron, steps,
          convolved.address(square.siteOffset(site, shape), count: siteExtent),
          norm.scale.address(count: norm.count), norm.shift.address(count: norm.count),
          scratch.charged.address(site * siteCount, count: siteCount),
          scratch.spikes.address(site * siteCount, count: siteCount),
          scratch.membrane.address(count: shape.channelCount))
      }
    }
  }
}

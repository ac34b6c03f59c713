internal import CDVSKernels
internal import SpikingNetwork

/// Batch norm, neurons over T and 2×2 pooling: what a stage does with its convolution's output, square by square.
struct Squares: Sendable {
  let shape: StageShape
  let neuron: dvsk_neuron
  let norm: NormFactors
  /// Whether the square that follows in the row is fetched ahead: where the values of a whole batch are in memory.
  let readsAhead: Bool
  let kernelSet: dvsk_isa

  /// Four sites that are pooled: a sample, a pooled row and column.
  struct Square {
    let sample: Int
    let row: Int
    let column: Int
  }

  /// Where a square's input stands: elements from the input's address to each site's `[T, C]`.
  typealias SiteOffsets = (Int, Int, Int, Int)

  /// The sites of a square among values `[side, side, T, C]` that begin at row `firstRow`.
  func siteOffsets(_ square: Square, firstRow: Int) -> SiteOffsets {
    let upper =
      ((2 * square.row - firstRow) * shape.sideLength + 2 * square.column) * shape.placeCount
    let lower = upper + shape.sideLength * shape.placeCount
    return (upper, upper + shape.placeCount, lower, lower + shape.placeCount)
  }

  /// The sites of a square whose values stand one after the other.
  var consecutiveOffsets: SiteOffsets {
    (0, shape.placeCount, 2 * shape.placeCount, 3 * shape.placeCount)
  }

  /// Runs a square and writes its pooled bits.
  ///
  /// - Parameter pooled: The batch's bits `[N, T, side/2, side/2, planes, words]`.
  @unsafe func forward(
    _ square: Square, _ input: UnsafePointer<Float>, _ offsets: SiteOffsets,
    into pooled: Buffer<UInt64>, counts: UnsafeMutablePointer<Int32>
  ) {
    let first =
      square.sample * shape.stepCount * shape.pooledStepWordCount
      + (square.row * shape.pooledSide + square.column) * shape.planeCount * shape.wordCount
    let extent =
      (shape.stepCount - 1) * shape.pooledStepWordCount + shape.planeCount * shape.wordCount
    // Safe: the square's words of all steps are within the buffer; a word is four units of 16 bits.
    unsafe pooled.address(first, count: extent).withMemoryRebound(
      to: UInt16.self, capacity: 4 * extent
    ) { bits in
      unsafe withUnsafePointer(to: neuron) { neuron in
        unsafe withUnsafePointer(to: kernelSquare(offsets)) { kernelSquare in
          unsafe dvsk_square_forward(
            kernelSet, neuron, kernelSquare, input, norm.scale.address(count: norm.count),
            norm.shift.address(count: norm.count), bits, counts)
        }
      }
    }
  }

  /// Goes back through a square.
  ///
  /// - Parameters:
  ///   - gradient: What goes in and out.
  ///   - scratch: `[T, 4, 16]`.
  @unsafe func backward(
    _ input: UnsafePointer<Float>, _ offsets: SiteOffsets, _ gradient: dvsk_square_gradient,
    scratch: UnsafeMutablePointer<Float>
  ) {
    unsafe withUnsafePointer(to: neuron) { neuron in
      unsafe withUnsafePointer(to: kernelSquare(offsets)) { kernelSquare in
        unsafe withUnsafePointer(to: gradient) { gradient in
          unsafe dvsk_square_backward(
            kernelSet, neuron, kernelSquare, input, norm.scale.address(count: norm.count),
            norm.shift.address(count: norm.count), gradient, scratch)
        }
      }
    }
  }

  private func kernelSquare(_ offsets: SiteOffsets) -> dvsk_square {
    dvsk_square(
      step_count: shape.stepCount, channel_count: shape.paddedCount, site_offset: offsets,
      next_offset: readsAhead ? 2 * shape.placeCount : 0,
      norm_stride: norm.groupCount == 1 ? 0 : shape.paddedCount, plane_count: shape.planeCount,
      bits_step_stride: 4 * shape.pooledStepWordCount, bits_plane_stride: 4 * shape.wordCount)
  }
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

/// The sums of a pass back, share by share.
struct GradientShares: Sendable {
  let groupCount: Int
  let channelCount: Int
  private let sums: ShareSums<Double>
  private let weights: ShareSums<Double>?

  init(groupCount: Int, channelCount: Int, sumsMembraneWeight: Bool) {
    self.groupCount = groupCount
    self.channelCount = channelCount
    sums = ShareSums(count: 2 * groupCount * channelCount)
    weights = sumsMembraneWeight ? ShareSums(count: channelCount) : nil
  }

  /// A square's gradient that adds to the sums of a share, and reads pooled gradients `[T, C]`.
  @unsafe func gradient(
    share: Int, pooled: UnsafePointer<Float>, pooledStepStride: Int
  ) -> dvsk_square_gradient {
    var gradient = unsafe dvsk_square_gradient()
    unsafe gradient.pooled = pooled
    unsafe gradient.pooled_step_stride = pooledStepStride
    unsafe gradient.sums = sums.address(share: share)
    unsafe gradient.products = sums.address(share: share) + groupCount * channelCount
    unsafe gradient.weight_sum = weights?.address(share: share)
    return unsafe gradient
  }

  func total(_ workers: Workers) -> GradientSums {
    let values = sums.total(workers)
    let count = groupCount * channelCount
    return GradientSums(
      gradients: Array(values[..<count]), products: Array(values[count...]),
      membraneWeight: weights?.total(workers).reduce(0, +) ?? 0)
  }
}

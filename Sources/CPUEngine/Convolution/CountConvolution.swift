internal import CDVSKernels
internal import SpikingNetwork

/// The first convolution, whose input is event counts.
///
/// Its output x is never stored, but computed again wherever it is needed. Let p be the
/// 9·polarities counts in the neighbourhood of a pixel, so that `x = W·p` for a channel's weights
/// W. Then batch norm's statistics follow from the moments of p: the mean is `W·E[p]`, the variance
/// `W·Cov(p)·Wᵀ`.
///
/// The weight gradient also needs only one pass. If dy is the gradient with respect to batch norm's
/// output, that with respect to x is `dx = a·dy + b·x + c` (``BatchNorm/Gradients``), so that
/// `dW = Σ dx·pᵀ = a·Σ dy·pᵀ + b·W·(Σ p·pᵀ) + c·Σ pᵀ`.
struct CountConvolution: Sendable {
  let shape: StageShape
  let context: KernelContext

  private var polarityCount: Int { shape.inputChannelCount }
  /// The number of inputs in a neighbourhood.
  var inputCount: Int { 9 * polarityCount }
  /// The number of moments of a group: the sums of products, then the sums.
  private var momentCount: Int { inputCount * inputCount + inputCount }

  /// Transposes weights `[out, polarities, 3, 3]` to `[inputs, out]`, padded with zeros.
  ///
  /// An input is `tap · polarities + polarity`.
  func packed(_ weights: Buffer<Float>) -> Buffer<Float> {
    let result = Buffer<Float>(count: inputCount * shape.paddedCount)
    result.fill(0)
    for output in 0..<shape.channelCount {
      for polarity in 0..<polarityCount {
        for tap in 0..<9 {
          result[(tap * polarityCount + polarity) * shape.paddedCount + output] =
            weights[(output * polarityCount + polarity) * 9 + tap]
        }
      }
    }
    return result
  }

  /// Elements of one time step's counts with a border of zeros, `[H + 2, W + 2, polarities]`.
  var stepCountsCount: Int { (shape.height + 2) * rowCountsCount }
  private var rowCountsCount: Int { (shape.width + 2) * polarityCount }

  /// Elements of the batch's counts, and those after them that kernels may read.
  var countsCount: Int {
    shape.sampleCount * shape.stepCount * stepCountsCount + DVSK_COUNTS_READ_BEYOND
  }

  /// Copies counts, adds a border of zeros, and rounds to the precision.
  ///
  /// - Parameters:
  ///   - counts: `[N, T, polarities, H, W]`.
  ///   - result: Gets `[N, T, H + 2, W + 2, polarities]`.
  func copyWithBorder(
    _ counts: LabelledFrames.Counts, _ precision: Precision, into result: Buffer<Float>
  ) {
    let (height, width, polarities) = (shape.height, shape.width, polarityCount)
    let rowCount = rowCountsCount
    context.workers.forEach(shape.sampleCount * shape.stepCount) { image in
      // Safe: the border of one image: its first and last row, and the first and last pixel of the
      // rows between.
      let border = unsafe result.address(image * stepCountsCount, count: stepCountsCount)
      unsafe border.update(repeating: 0, count: rowCount)
      unsafe (border + (height + 1) * rowCount).update(repeating: 0, count: rowCount)
      for row in 1...height {
        unsafe (border + row * rowCount).update(repeating: 0, count: polarities)
        unsafe (border + (row + 1) * rowCount - polarities).update(
          repeating: 0, count: polarities)
      }
      for polarity in 0..<polarities {
        for row in 0..<height {
          let from = ((image * polarities + polarity) * height + row) * width
          let to = image * stepCountsCount + (row + 1) * rowCount + polarities + polarity
          // Safe: the elements of one row and polarity, whose stride is the number of polarities.
          let target = unsafe result.address(to, count: polarities * (width - 1) + 1)
          switch counts {
          case .uint8(let counts):
            for column in 0..<width {
              unsafe target[polarities * column] = precision.rounded(
                Float(counts[from + column]))
            }
          case .uint16(let counts):
            for column in 0..<width {
              unsafe target[polarities * column] = precision.rounded(
                Float(counts[from + column]))
            }
          }
        }
      }
    }
  }

  /// The moments of all neighbourhoods in the batch, for each group.
  ///
  /// They are the sums of products of two inputs `[inputs, inputs]`, then the sums of inputs
  /// `[inputs]`.
  func moments(_ counts: Buffer<Float>, groupCount: Int) -> [Double] {
    let blocks = shape.rowBlocks
    let sums = LeafSums<Double>(
      sampleCount: shape.sampleCount, blockCount: blocks.count, count: groupCount * momentCount)
    context.workers.forEachLeaf(of: 0..<shape.sampleCount, blocks) { leaf in
      // Safe: reads one sample's counts; writes the leaf's own sums.
      unsafe withUnsafePointer(to: image(counts, sample: leaf.sample, step: nil)) { image in
        unsafe dvsk_count_moments(
          context.isa, image, shape.width, leaf.rows.lowerBound, leaf.rows.count,
          groupCount == 1 ? 0 : momentCount,
          sums.begin(sample: leaf.sample, block: leaf.block))
      }
    }
    return sums.total(context.workers).values
  }

  /// The output's mean and biased variance `[groups, C]`.
  ///
  /// - Parameter valueCount: The number of values of a channel in a group.
  func statistics(
    _ moments: [Double], weights: Buffer<Float>, groupCount: Int, valueCount: Int
  ) -> (means: [Double], variances: [Double]) {
    let count = Double(valueCount)
    let inputs = inputCount
    var means: [Double] = []
    var variances: [Double] = []
    for group in 0..<groupCount {
      let products = group * momentCount
      let sums = products + inputs * inputs
      for channel in 0..<shape.paddedCount {
        let row = (0..<inputs).map { Double(weights[$0 * shape.paddedCount + channel]) }
        means.append((0..<inputs).reduce(0) { $0 + row[$1] * moments[sums + $1] / count })
        var variance = 0.0
        for i in 0..<inputs {
          for j in 0..<inputs {
            let covariance =
              moments[products + i * inputs + j] / count
              - moments[sums + i] / count * (moments[sums + j] / count)
            variance += row[i] * covariance * row[j]
          }
        }
        variances.append(max(0, variance))
      }
    }
    return (means, variances)
  }

  /// Computes the output at the sites of a window, `[sites, T, C]`.
  @unsafe func forward(
    _ counts: Buffer<Float>, _ window: PoolingWindows.Window, weights: Buffer<Float>,
    into values: Buffer<Float>
  ) {
    for site in 0..<shape.siteCount {
      unsafe forward(
        counts, sample: window.sample, pixel(window, site), weights: weights,
        into: values.address(site * shape.pixelValueCount, count: shape.pixelValueCount))
    }
  }

  /// Computes the output at one pixel, `[T, C]`.
  @unsafe func forward(
    _ counts: Buffer<Float>, sample: Int, _ pixel: StageShape.Pixel, weights: Buffer<Float>,
    into values: UnsafeMutablePointer<Float>
  ) {
    unsafe withUnsafePointer(to: image(counts, sample: sample, step: nil)) { image in
      unsafe dvsk_count_forward(
        context.isa, image, pixel.row, pixel.column, weights.address(count: weights.count),
        shape.paddedCount, values)
    }
  }

  private func pixel(_ window: PoolingWindows.Window, _ site: Int) -> StageShape.Pixel {
    let edge = shape.windowEdge
    return StageShape.Pixel(
      row: edge * window.row + site / edge, column: edge * window.column + site % edge)
  }

  /// Adds the products of a window's inputs and gradients `[sites, T, C]` to sums
  /// `[groups, inputs, C]`.
  @unsafe func addWeightGradient(
    _ counts: Buffer<Float>, _ window: PoolingWindows.Window, gradient: Buffer<Float>,
    to sums: Buffer<Float>, groupCount: Int
  ) {
    for group in 0..<groupCount {
      let step = groupCount == 1 ? nil : group
      unsafe withUnsafePointer(to: image(counts, sample: window.sample, step: step)) { image in
        for site in 0..<shape.siteCount {
          let pixel = pixel(window, site)
          let first = site * shape.pixelValueCount + (step ?? 0) * shape.paddedCount
          let count = groupCount == 1 ? shape.pixelValueCount : shape.paddedCount
          unsafe dvsk_count_weight_gradient(
            context.isa, image, pixel.row, pixel.column,
            gradient.address(first, count: count), shape.paddedCount,
            sums.address(
              group * inputCount * shape.paddedCount, count: inputCount * shape.paddedCount))
        }
      }
    }
  }

  /// The gradient with respect to the weights `[out, polarities, 3, 3]`.
  ///
  /// See ``CountConvolution`` for the formula.
  ///
  /// - Parameters:
  ///   - sums: `Σ dy·pᵀ`, `[groups, inputs, C]`.
  ///   - moments: The moments of the same samples as the sums.
  ///   - factors: a, b and c, each `[groups, C]`.
  func weightGradient(
    _ sums: [Double], moments: [Double], weights: Buffer<Float>, groupCount: Int,
    factors: (a: [Float], b: [Float], c: [Float])
  ) -> [Float] {
    let inputs = inputCount
    var result = [Float](repeating: 0, count: shape.channelCount * inputs)
    for channel in 0..<shape.channelCount {
      for k in 0..<inputs {
        var total = 0.0
        for group in 0..<groupCount {
          let index = group * shape.paddedCount + channel
          let products = group * momentCount
          let productSum = (0..<inputs).reduce(0.0) { sum, j in
            sum + moments[products + k * inputs + j]
              * Double(weights[j * shape.paddedCount + channel])
          }
          total +=
            Double(factors.a[index]) * sums[(group * inputs + k) * shape.paddedCount + channel]
            + Double(factors.b[index]) * productSum
            + Double(factors.c[index]) * moments[products + inputs * inputs + k]
        }
        result[(channel * polarityCount + k % polarityCount) * 9 + k / polarityCount] = Float(total)
      }
    }
    return result
  }

  /// - Parameter step: One time step, or `nil` for all.
  @unsafe private func image(
    _ counts: Buffer<Float>, sample: Int, step: Int?
  ) -> dvsk_count_image {
    let stepCount = step == nil ? shape.stepCount : 1
    let first = (sample * shape.stepCount + (step ?? 0)) * stepCountsCount
    return unsafe dvsk_count_image(
      counts: counts.address(first, count: stepCount * stepCountsCount),
      polarity_count: polarityCount, step_count: stepCount, step_stride: stepCountsCount,
      row_stride: rowCountsCount)
  }
}

extension LabelledFrames.Counts {
  /// An estimate of the fraction of counts that are not 0, from every 61st count.
  var nonzeroFraction: Double {
    let indices = stride(from: 0, to: count, by: 61)
    let nonzero =
      switch self {
      case .uint8(let counts): indices.reduce(0) { $0 + (counts[$1] == 0 ? 0 : 1) }
      case .uint16(let counts): indices.reduce(0) { $0 + (counts[$1] == 0 ? 0 : 1) }
      }
    return Double(nonzero) / Double((count + 60) / 61)
  }
}

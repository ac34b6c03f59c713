internal import CDVSKernels
internal import SpikingNetwork

/// The first convolution: its output is never stored, but computed again wherever it is needed.
///
/// Its statistics follow from the moments of the neighbourhoods p of 18 counts: mean `W·E[p]`, variance `W·Cov(p)·Wᵀ`.
/// Its weights' gradient through batch norm needs one pass, too: with `dy = a·dz + b·y + offset`,
/// `dW = a·Σ p dz + b·(Σ p pᵀ) W + offset·Σ p`.
struct CountConvolution: Sendable {
  let shape: StageShape
  let workers: Workers
  let kernelSet: dvsk_isa

  /// Inputs of a neighbourhood.
  static let inputCount = 18
  /// Numbers of a group's moments: products, and sums behind them.
  static let momentCount = inputCount * inputCount + inputCount

  /// Weights `[out, 2, 3, 3]` laid out `[18, out]`, input `tap · 2 + polarity`, padded with zeros.
  func packed(_ weights: [Float]) -> Buffer<Float> {
    let result = Buffer<Float>(count: Self.inputCount * shape.paddedCount)
    result.fill(0)
    for output in 0..<shape.channelCount {
      for polarity in 0..<2 {
        for tap in 0..<9 {
          result[(tap * 2 + polarity) * shape.paddedCount + output] =
            weights[(output * 2 + polarity) * 9 + tap]
        }
      }
    }
    return result
  }

  /// Numbers of one step's counts with a border of zeros, `[side + 2, side + 2, 2]`.
  var stepCountsCount: Int { (shape.sideLength + 2) * (shape.sideLength + 2) * 2 }

  /// Numbers of the batch's counts, and two that kernels may read behind them.
  var countsCount: Int { shape.sampleCount * shape.stepCount * stepCountsCount + 2 }

  /// Lays out counts `[N, T, 2, H, W]` as `[N, T, side + 2, side + 2, 2]`.
  func bordered(_ counts: LabelledFrames.Counts, _ precision: Precision, into result: Buffer<Float>)
  {
    let side = shape.sideLength
    let rowCount = 2 * (side + 2)
    workers.forEachShare(of: shape.sampleCount * shape.stepCount) { _, images in
      for image in images {
        // Safe: the first and the last row, and the first and the last place of the rows between, of one image.
        let border = unsafe result.address(image * stepCountsCount, count: stepCountsCount)
        unsafe border.update(repeating: 0, count: rowCount)
        unsafe (border + (side + 1) * rowCount).update(repeating: 0, count: rowCount)
        for row in 1...side {
          unsafe (border + row * rowCount).update(repeating: 0, count: 2)
          unsafe (border + (row + 1) * rowCount - 2).update(repeating: 0, count: 2)
        }
        for polarity in 0..<2 {
          for row in 0..<side {
            let from = ((image * 2 + polarity) * side + row) * side
            let to = image * stepCountsCount + ((row + 1) * (side + 2) + 1) * 2 + polarity
            // Safe: one row is written, two numbers apart.
            let target = unsafe result.address(to, count: 2 * side - 1)
            switch counts {
            case .uint8(let counts):
              for column in 0..<side {
                unsafe target[2 * column] = precision.rounded(Float(counts[from + column]))
              }
            case .uint16(let counts):
              for column in 0..<side {
                unsafe target[2 * column] = precision.rounded(Float(counts[from + column]))
              }
            }
          }
        }
      }
    }
  }

  /// Sums of products of a neighbourhood's inputs `[groups, 18·18]`, each with the sums of the inputs `[18]` behind.
  func moments(_ counts: Buffer<Float>, groupCount: Int) -> [Double] {
    let sums = ShareSums<Double>(count: groupCount * Self.momentCount)
    workers.forEachShare(of: shape.sampleCount * shape.sideLength) { share, rows in
      for unit in rows {
        let (sample, row) = unit.quotientAndRemainder(dividingBy: shape.sideLength)
        // Safe: one sample's counts and the share's own sums.
        unsafe withUnsafePointer(to: image(counts, sample: sample, step: nil)) { image in
          unsafe dvsk_count_moments(
            kernelSet, image, shape.sideLength, row, 1, groupCount == 1 ? 0 : Self.momentCount,
            sums.address(share: share))
        }
      }
    }
    return sums.total(workers)
  }

  /// The output's mean and biased variance `[groups, C]`.
  func statistics(
    _ moments: [Double], weights: Buffer<Float>, groupCount: Int
  ) -> (means: [Double], variances: [Double]) {
    let count = Double(shape.sampleCount * shape.stepCount / groupCount * shape.planeArea)
    let inputs = Self.inputCount
    var means: [Double] = []
    var variances: [Double] = []
    for group in 0..<groupCount {
      let products = group * Self.momentCount
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

  /// Computes the four sites of a square, one after the other `[4, T, C]`.
  @unsafe func forward(
    _ counts: Buffer<Float>, _ square: Squares.Square, weights: Buffer<Float>,
    into values: Buffer<Float>
  ) {
    unsafe withUnsafePointer(to: image(counts, sample: square.sample, step: nil)) { image in
      for site in 0..<4 {
        unsafe dvsk_count_forward(
          kernelSet, image, 2 * square.row + site / 2, 2 * square.column + site % 2,
          weights.address(count: weights.count), shape.paddedCount,
          values.address(site * shape.placeCount, count: shape.placeCount))
      }
    }
  }

  /// Adds inputs times gradients `[4, T, C]` of a square to sums `[groups, 18, C]`.
  @unsafe func addWeightGradient(
    _ counts: Buffer<Float>, _ square: Squares.Square, gradient: Buffer<Float>,
    to sums: Buffer<Float>, groupCount: Int
  ) {
    for group in 0..<groupCount {
      let step = groupCount == 1 ? nil : group
      unsafe withUnsafePointer(to: image(counts, sample: square.sample, step: step)) { image in
        for site in 0..<4 {
          let first = site * shape.placeCount + (step ?? 0) * shape.paddedCount
          let count = groupCount == 1 ? shape.placeCount : shape.paddedCount
          unsafe dvsk_count_weight_gradient(
            kernelSet, image, 2 * square.row + site / 2, 2 * square.column + site % 2,
            gradient.address(first, count: count), shape.paddedCount,
            sums.address(
              group * Self.inputCount * shape.paddedCount,
              count: Self.inputCount * shape.paddedCount))
        }
      }
    }
  }

  /// The gradient by the weights `[out, 2, 3, 3]` in closed form.
  ///
  /// - Parameters:
  ///   - sums: `Σ p dz` `[groups, 18, C]`.
  ///   - factors: a, b and offset, each `[groups, C]`.
  func weightGradient(
    _ sums: [Double], moments: [Double], weights: Buffer<Float>, groupCount: Int,
    factors: (a: [Float], b: [Float], offset: [Float])
  ) -> [Float] {
    let inputs = Self.inputCount
    var result = [Float](repeating: 0, count: shape.channelCount * inputs)
    for channel in 0..<shape.channelCount {
      for k in 0..<inputs {
        var total = 0.0
        for group in 0..<groupCount {
          let place = group * shape.paddedCount + channel
          let products = group * Self.momentCount
          let byOutput = (0..<inputs).reduce(0.0) { sum, j in
            sum + moments[products + k * inputs + j]
              * Double(weights[j * shape.paddedCount + channel])
          }
          total +=
            Double(factors.a[place]) * sums[(group * inputs + k) * shape.paddedCount + channel]
            + Double(factors.b[place]) * byOutput
            + Double(factors.offset[place]) * moments[products + inputs * inputs + k]
        }
        result[(channel * 2 + k % 2) * 9 + k / 2] = Float(total)
      }
    }
    return result
  }

  @unsafe private func image(
    _ counts: Buffer<Float>, sample: Int, step: Int?
  ) -> dvsk_count_image {
    let stepCount = step == nil ? shape.stepCount : 1
    let first = (sample * shape.stepCount + (step ?? 0)) * stepCountsCount
    return unsafe dvsk_count_image(
      counts: counts.address(first, count: stepCount * stepCountsCount), step_count: stepCount,
      step_stride: stepCountsCount, row_stride: (shape.sideLength + 2) * 2)
  }
}

extension LabelledFrames.Counts {
  /// The share of every 61st count that is not 0.
  var nonzeroShare: Double {
    let places = stride(from: 0, to: count, by: 61)
    let nonzero =
      switch self {
      case .uint8(let counts): places.reduce(0) { $0 + (counts[$1] == 0 ? 0 : 1) }
      case .uint16(let counts): places.reduce(0) { $0 + (counts[$1] == 0 ? 0 : 1) }
      }
    return Double(nonzero) / Double((count + 60) / 61)
  }
}

internal import CDVSKernels
internal import SpikingNetwork

/// What normalizes: `x · scale + shift`, `[groups, C]`; a group for each step, or one for all.
struct NormFactors: Sendable {
  let groupCount: Int
  let scale: Buffer<Float>
  let shift: Buffer<Float>

  var count: Int { scale.count }
}

/// Mean and variance of each group and channel, and what follows from them.
struct BatchNorm: Sendable {
  let channelCount: Int
  let groupCount: Int
  /// Values of a channel in a group.
  let valueCount: Double
  /// `[groups, C]`.
  let means: [Double]
  /// Biased `[groups, C]`.
  let variances: [Double]
  /// `1/√(variance + ε)` `[groups, C]`.
  private let inverses: [Double]

  /// The moments of a batch, from sums `[groups, C]` and sums of squares behind them.
  init(sums: [Double], groupCount: Int, channelCount: Int, valueCount: Int) {
    self.channelCount = channelCount
    self.groupCount = groupCount
    self.valueCount = Double(valueCount)
    let count = groupCount * channelCount
    let means = (0..<count).map { sums[$0] / Double(valueCount) }
    self.means = means
    variances = (0..<count).map { place in
      max(0, sums[count + place] / Double(valueCount) - means[place] * means[place])
    }
    inverses = variances.map { 1 / ($0 + NetworkDescription.normEpsilon).squareRoot() }
  }

  /// The running statistics, for evaluation; the root is float32's, as PyTorch's is.
  init(runningMean: [Float], runningVariance: [Float]) {
    channelCount = runningMean.count
    groupCount = 1
    valueCount = 1
    means = runningMean.map { Double($0) }
    variances = runningVariance.map { Double($0) }
    inverses = runningVariance.map {
      Double(1 / ($0 + Float(NetworkDescription.normEpsilon)).squareRoot())
    }
  }

  /// Takes the groups' moments into the running ones, in their order.
  func update(_ runningMean: inout [Float], _ runningVariance: inout [Float]) {
    let momentum = NetworkDescription.normMomentum
    for place in means.indices {
      let channel = place % channelCount
      let unbiased = variances[place] * valueCount / max(1, valueCount - 1)
      runningMean[channel] = Float(
        (1 - momentum) * Double(runningMean[channel]) + momentum * means[place])
      runningVariance[channel] = Float(
        (1 - momentum) * Double(runningVariance[channel]) + momentum * unbiased)
    }
  }

  /// What normalizes with γ and β.
  func factors(scale: [Float], shift: [Float]) -> NormFactors {
    let factors = means.indices.map { Float(inverses[$0]) * scale[$0 % channelCount] }
    let summands = means.indices.map { place in
      shift[place % channelCount] - Float(means[place]) * factors[place]
    }
    return NormFactors(
      groupCount: groupCount, scale: Buffer(factors), shift: Buffer(summands))
  }

  /// The gradients by γ and β, and the factors of the gradient by the input:
  /// `gradient · a + x · b + offset`, each `[groups, C]`.
  func gradients(
    _ sums: NormalizedNeurons.GradientSums, scale: [Float]
  ) -> (scale: [Float], shift: [Float], a: [Float], b: [Float], offset: [Float]) {
    var scaleGradient = [Double](repeating: 0, count: channelCount)
    var shiftGradient = scaleGradient
    var (a, b, offset) = ([Float](), [Float](), [Float]())
    for place in means.indices {
      let channel = place % channelCount
      let (mean, inverse) = (means[place], inverses[place])
      let shiftSum = sums.gradients[place]
      let scaleSum = inverse * (sums.products[place] - mean * shiftSum)
      scaleGradient[channel] += scaleSum
      shiftGradient[channel] += shiftSum
      let factor = Double(scale[channel]) * inverse
      let slope = factor * inverse * scaleSum / valueCount
      a.append(Float(factor))
      b.append(Float(-slope))
      offset.append(Float(slope * mean - factor * shiftSum / valueCount))
    }
    return (
      scaleGradient.map { Float($0) }, shiftGradient.map { Float($0) }, a, b, offset
    )
  }
}

internal import SpikingNetwork

/// What normalizes: `x · scale + shift`, `[groups, C]`; a group for each step, or one for all.
struct NormFactors: Sendable {
  let groupCount: Int
  let scale: Buffer<Float>
  let shift: Buffer<Float>

  var count: Int { scale.count }
}

/// Mean and variance of each group and channel, and what follows from them.
///
/// C is padded; padded channels are 0.
struct BatchNorm: Sendable {
  /// C, padded.
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

  /// The moments of a batch.
  init(means: [Double], variances: [Double], groupCount: Int, valueCount: Int) {
    channelCount = means.count / groupCount
    self.groupCount = groupCount
    self.valueCount = Double(valueCount)
    self.means = means
    self.variances = variances
    inverses = variances.map { 1 / ($0 + NetworkDescription.normEpsilon).squareRoot() }
  }

  /// The moments of a batch, from sums `[groups, C]` and sums of squares behind them.
  init(sums: [Double], groupCount: Int, valueCount: Int) {
    let count = sums.count / 2
    let means = (0..<count).map { sums[$0] / Double(valueCount) }
    let variances = (0..<count).map { place in
      max(0, sums[count + place] / Double(valueCount) - means[place] * means[place])
    }
    self.init(means: means, variances: variances, groupCount: groupCount, valueCount: valueCount)
  }

  /// The running statistics, for evaluation; the root is float32's, as PyTorch's is.
  init(runningMean: [Float], runningVariance: [Float], channelCount: Int) {
    let padding = [Double](repeating: 0, count: channelCount - runningMean.count)
    self.channelCount = channelCount
    groupCount = 1
    valueCount = 1
    means = runningMean.map { Double($0) } + padding
    variances = runningVariance.map { Double($0) } + padding
    inverses =
      runningVariance.map {
        Double(1 / ($0 + Float(NetworkDescription.normEpsilon)).squareRoot())
      } + padding
  }

  /// Takes the groups' moments into the running ones, in their order.
  func update(_ runningMean: inout [Float], _ runningVariance: inout [Float]) {
    let momentum = NetworkDescription.normMomentum
    for group in 0..<groupCount {
      for channel in runningMean.indices {
        let place = group * channelCount + channel
        let unbiased = variances[place] * valueCount / max(1, valueCount - 1)
        runningMean[channel] = Float(
          (1 - momentum) * Double(runningMean[channel]) + momentum * means[place])
        runningVariance[channel] = Float(
          (1 - momentum) * Double(runningVariance[channel]) + momentum * unbiased)
      }
    }
  }

  /// What normalizes with γ and β, which are not padded.
  func factors(scale: [Float], shift: [Float]) -> NormFactors {
    let places = (0..<groupCount * channelCount)
    let factors = places.map { place in
      let channel = place % channelCount
      return channel < scale.count ? Float(inverses[place]) * scale[channel] : 0
    }
    let summands = places.map { place in
      let channel = place % channelCount
      return channel < shift.count ? shift[channel] - Float(means[place]) * factors[place] : 0
    }
    return NormFactors(
      groupCount: groupCount, scale: Buffer(factors), shift: Buffer(summands))
  }

  /// What the way back through batch norm needs and gives.
  struct Gradients {
    /// By γ `[C]`, not padded.
    var scale: [Float]
    /// By β `[C]`, not padded.
    var shift: [Float]
    /// The gradient by the input is that by the output times a, plus the input times b, plus offset; `[groups, C]`.
    var a: [Float]
    var b: [Float]
    var offset: [Float]
  }

  /// The gradients by γ and β, and the factors of that by the input.
  func gradients(_ sums: GradientSums, scale: [Float]) -> Gradients {
    var scaleGradient = [Double](repeating: 0, count: scale.count)
    var shiftGradient = scaleGradient
    let zeros = [Float](repeating: 0, count: groupCount * channelCount)
    var result = Gradients(scale: [], shift: [], a: zeros, b: zeros, offset: zeros)
    for group in 0..<groupCount {
      for channel in scale.indices {
        let place = group * channelCount + channel
        let (mean, inverse) = (means[place], inverses[place])
        let shiftSum = sums.gradients[place]
        let scaleSum = inverse * (sums.products[place] - mean * shiftSum)
        scaleGradient[channel] += scaleSum
        shiftGradient[channel] += shiftSum
        let factor = Double(scale[channel]) * inverse
        let slope = factor * inverse * scaleSum / valueCount
        result.a[place] = Float(factor)
        result.b[place] = Float(-slope)
        result.offset[place] = Float(slope * mean - factor * shiftSum / valueCount)
      }
    }
    result.scale = scaleGradient.map { Float($0) }
    result.shift = shiftGradient.map { Float($0) }
    return result
  }
}

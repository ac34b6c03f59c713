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
    let variances = (0..<count).map { index in
      max(0, sums[count + index] / Double(valueCount) - means[index] * means[index])
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
        let index = group * channelCount + channel
        let unbiased = variances[index] * valueCount / max(1, valueCount - 1)
        runningMean[channel] = Float(
          (1 - momentum) * Double(runningMean[channel]) + momentum * means[index])
        runningVariance[channel] = Float(
          (1 - momentum) * Double(runningVariance[channel]) + momentum * unbiased)
      }
    }
  }

  /// What normalizes with γ and β, which are not padded.
  func factors(weight: [Float], bias: [Float]) -> NormFactors {
    let indices = (0..<groupCount * channelCount)
    let factors = indices.map { index in
      let channel = index % channelCount
      return channel < weight.count ? Float(inverses[index]) * weight[channel] : 0
    }
    let summands = indices.map { index in
      let channel = index % channelCount
      return channel < bias.count ? bias[channel] - Float(means[index]) * factors[index] : 0
    }
    return NormFactors(
      groupCount: groupCount, scale: Buffer(factors), shift: Buffer(summands))
  }

  /// What the backward pass through batch norm needs and gives.
  struct Gradients {
    /// With respect to γ `[C]`, not padded; of this process's samples.
    var weight: [Float]
    /// With respect to β `[C]`, not padded; of this process's samples.
    var bias: [Float]
    /// With the gradients `dy` with respect to the output and `dx` with respect to the input x:
    /// `dx = a·dy + b·x + offset`; `[groups, C]`.
    var a: [Float]
    var b: [Float]
    var offset: [Float]
  }

  /// The gradients with respect to γ and β, and the factors a, b and offset of the gradient with
  /// respect to the input.
  ///
  /// With `x̂ = (x − mean)·inverse`: `dγ = Σ dy·x̂ = inverse·(Σ dy·x − mean·Σ dy)`, `dβ = Σ dy`,
  /// and `dx = γ·inverse·(dy − dβ/n − x̂·dγ/n) = a·dy + b·x + offset`.
  ///
  /// - Parameters:
  ///   - sums: Those of this process's samples.
  ///   - totals: Those of all processes that train together.
  func gradients(_ sums: GradientSums, totals: GradientSums, weight: [Float]) -> Gradients {
    var weightGradient = [Double](repeating: 0, count: weight.count)
    var biasGradient = weightGradient
    let zeros = [Float](repeating: 0, count: groupCount * channelCount)
    var result = Gradients(weight: [], bias: [], a: zeros, b: zeros, offset: zeros)
    for group in 0..<groupCount {
      for channel in weight.indices {
        let index = group * channelCount + channel
        let (mean, inverse) = (means[index], inverses[index])
        weightGradient[channel] += inverse * (sums.products[index] - mean * sums.gradients[index])
        biasGradient[channel] += sums.gradients[index]
        let biasTotal = totals.gradients[index]
        let weightTotal = inverse * (totals.products[index] - mean * biasTotal)
        let factor = Double(weight[channel]) * inverse
        let slope = factor * inverse * weightTotal / valueCount
        result.a[index] = Float(factor)
        result.b[index] = Float(-slope)
        result.offset[index] = Float(slope * mean - factor * biasTotal / valueCount)
      }
    }
    result.weight = weightGradient.map { Float($0) }
    result.bias = biasGradient.map { Float($0) }
    return result
  }
}

internal import SpikingNetwork

/// Batch norm as one multiplication and addition for each value: `x · scale + shift`.
///
/// `scale = γ/√(variance + ε)` and `shift = β − mean·scale`, each `[groups, C]`. A group is one
/// time step, or all of them.
struct NormFactors: Sendable {
  let groupCount: Int
  let scale: Buffer<Float>
  let shift: Buffer<Float>

  var count: Int { scale.count }
}

/// Batch norm with the mean and variance of each group and channel.
///
/// C is padded. Mean and variance of the padded channels are 0, and so are all factors for them.
struct BatchNorm: Sendable {
  /// C, including padding.
  let channelCount: Int
  let groupCount: Int
  /// The number of values of a channel in a group.
  let valueCount: Double
  /// `[groups, C]`.
  let means: [Double]
  /// Biased (divided by ``valueCount``, not one less), `[groups, C]`.
  let variances: [Double]
  /// `1/√(variance + ε)` `[groups, C]`.
  private let inverses: [Double]

  /// Batch norm in training mode, from the statistics of a batch.
  init(means: [Double], variances: [Double], groupCount: Int, valueCount: Int) {
    channelCount = means.count / groupCount
    self.groupCount = groupCount
    self.valueCount = Double(valueCount)
    self.means = means
    self.variances = variances
    inverses = variances.map { 1 / ($0 + NetworkDescription.normEpsilon).squareRoot() }
  }

  /// Batch norm in training mode.
  ///
  /// - Parameter sums: The sums of a batch's values `[groups, C]`, then the sums of their squares.
  init(sums: [Double], groupCount: Int, valueCount: Int) {
    let count = sums.count / 2
    let means = (0..<count).map { sums[$0] / Double(valueCount) }
    let variances = (0..<count).map { index in
      max(0, sums[count + index] / Double(valueCount) - means[index] * means[index])
    }
    self.init(means: means, variances: variances, groupCount: groupCount, valueCount: valueCount)
  }

  /// Batch norm in evaluation mode; the square root is computed in float32, as in PyTorch.
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

  /// Updates the running statistics with those of each group, in order.
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

  /// The factors for γ and β, which are not padded.
  func factors(weight: [Float], bias: [Float]) -> NormFactors {
    let indices = (0..<groupCount * channelCount)
    let scales = indices.map { index in
      let channel = index % channelCount
      return channel < weight.count ? Float(inverses[index]) * weight[channel] : 0
    }
    let shifts = indices.map { index in
      let channel = index % channelCount
      return channel < bias.count ? bias[channel] - Float(means[index]) * scales[index] : 0
    }
    return NormFactors(
      groupCount: groupCount, scale: Buffer(scales), shift: Buffer(shifts))
  }

  /// The results of batch norm's backward pass.
  struct Gradients {
    /// The gradient with respect to γ, `[C]` without padding.
    var weight: [Float]
    /// The gradient with respect to β, `[C]` without padding.
    var bias: [Float]
    /// Factors `[groups, C]` of the gradient dx with respect to the input x: `dx = a·dy + b·x + c`,
    /// where dy is the gradient with respect to the output.
    var a: [Float]
    /// See ``a``.
    var b: [Float]
    /// See ``a``.
    var c: [Float]
  }

  /// The gradients with respect to γ and β, and the factors of the one with respect to the input.
  ///
  /// With the normalized value `x̂ = (x − mean)·inverse` and n values of a channel in a group:
  /// `dβ = Σ dy`, `dγ = Σ dy·x̂ = inverse·(Σ dy·x − mean·Σ dy)`, and
  /// `dx = γ·inverse·(dy − dβ/n − x̂·dγ/n)`. So `a = γ·inverse`, `b = −a·inverse·dγ/n` and
  /// `c = −b·mean − a·dβ/n`. dγ and dβ are then summed over the groups.
  ///
  /// - Parameters:
  ///   - sums: The sums over the samples of all processes that train together.
  ///   - weight: γ, without padding.
  func gradients(_ sums: GradientSums, weight: [Float]) -> Gradients {
    var weightGradient = [Double](repeating: 0, count: weight.count)
    var biasGradient = weightGradient
    let zeros = [Float](repeating: 0, count: groupCount * channelCount)
    var result = Gradients(weight: [], bias: [], a: zeros, b: zeros, c: zeros)
    for group in 0..<groupCount {
      for channel in weight.indices {
        let index = group * channelCount + channel
        let (mean, inverse) = (means[index], inverses[index])
        let biasSum = sums.gradients[index]
        let weightSum = inverse * (sums.products[index] - mean * biasSum)
        weightGradient[channel] += weightSum
        biasGradient[channel] += biasSum
        let factor = Double(weight[channel]) * inverse
        let slope = factor * inverse * weightSum / valueCount
        result.a[index] = Float(factor)
        result.b[index] = Float(-slope)
        result.c[index] = Float(slope * mean - factor * biasSum / valueCount)
      }
    }
    result.weight = weightGradient.map { Float($0) }
    result.bias = biasGradient.map { Float($0) }
    return result
  }
}

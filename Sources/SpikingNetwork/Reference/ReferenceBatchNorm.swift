/// Batch norm over groups of images `[images, channels, pixels]`; each group has its own
/// statistics.
///
/// Source: Ioffe and Szegedy, "Batch Normalization", ICML 2015, algorithm 1; the running variance
/// is unbiased, as in PyTorch.
struct ReferenceBatchNorm {
  let channelCount: Int
  /// H · W, the values of a channel in an image.
  let pixelCount: Int
  /// The images of each group, in the order of their updates to the running statistics.
  let groups: [Range<Int>]
  /// Number of values per channel and group, including those of other processes.
  let valueCount: Double
  /// Sums values over all processes that train together.
  let reducer: any Reducer

  /// Mean and biased variance of each group and channel, `[groups · channels]`.
  struct Moments {
    var means: [Double]
    var variances: [Double]
  }

  func moments(_ input: [Float]) throws(EngineError) -> Moments {
    var sums = sums { Double(input[$0]) }
    try reducer.sum(&sums)
    let means = sums.map { $0 / valueCount }
    var squareSums = self.sums { index in
      let difference = Double(input[index]) - means[self.moment(of: index)]
      return difference * difference
    }
    try reducer.sum(&squareSums)
    return Moments(means: means, variances: squareSums.map { $0 / valueCount })
  }

  /// `γ·(x − mean)/√(variance + ε) + β` with the batch's moments, computed as x · factor + summand.
  func output(_ input: [Float], _ moments: Moments, weight: [Float], bias: [Float]) -> [Float] {
    let factors = moments.means.indices.map {
      Float(inverse(moments, $0)) * weight[$0 % channelCount]
    }
    let summands = moments.means.indices.map {
      bias[$0 % channelCount] - Float(moments.means[$0]) * factors[$0]
    }
    return input.indices.map { index in
      let moment = moment(of: index)
      return input[index] * factors[moment] + summands[moment]
    }
  }

  /// The output with running moments.
  ///
  /// As in PyTorch, this root is in float32, but the root of a batch's variance is in float64: a
  /// spike can depend on the difference.
  func output(
    _ input: [Float], runningMean: [Float], runningVariance: [Float], weight: [Float],
    bias: [Float]
  ) -> [Float] {
    let epsilon = Float(NetworkDescription.normEpsilon)
    let factors = weight.indices.map {
      1 / (runningVariance[$0] + epsilon).squareRoot() * weight[$0]
    }
    let summands = weight.indices.map { bias[$0] - runningMean[$0] * factors[$0] }
    return input.indices.map { index in
      let channel = channel(of: index)
      return input[index] * factors[channel] + summands[channel]
    }
  }

  /// Updates the running moments with those of each group.
  func update(_ runningMean: inout [Float], _ runningVariance: inout [Float], by moments: Moments) {
    let momentum = NetworkDescription.normMomentum
    for (number, mean) in moments.means.enumerated() {
      let channel = number % channelCount
      // A single value has no unbiased variance: PyTorch rejects it, here the variance is 0.
      let unbiased = moments.variances[number] * valueCount / max(1, valueCount - 1)
      runningMean[channel] = Float(
        (1 - momentum) * Double(runningMean[channel]) + momentum * mean)
      runningVariance[channel] = Float(
        (1 - momentum) * Double(runningVariance[channel]) + momentum * unbiased)
    }
  }

  /// The gradients with respect to input, γ and β, from the gradient with respect to the output.
  ///
  /// With `x̂ = (x − mean)/√(variance + ε)`: `dγ = Σ dy·x̂`, `dβ = Σ dy` and, since mean and
  /// variance depend on x, too, `dx = γ/√(variance + ε) · (dy − dβ/n − x̂·dγ/n)`.
  func gradients(
    _ input: [Float], _ outputGradient: [Float], _ moments: Moments, weight: [Float]
  ) throws(EngineError) -> (input: [Float], weight: [Float], bias: [Float]) {
    func normalized(_ index: Int) -> Double {
      let moment = moment(of: index)
      return (Double(input[index]) - moments.means[moment]) * inverse(moments, moment)
    }
    let weightSums = sums { Double(outputGradient[$0]) * normalized($0) }
    let biasSums = sums { Double(outputGradient[$0]) }
    var totals = weightSums + biasSums
    try reducer.sum(&totals)
    let inputGradient = input.indices.map { index in
      let moment = moment(of: index)
      let centred =
        Double(outputGradient[index]) - totals[weightSums.count + moment] / valueCount
        - normalized(index) * totals[moment] / valueCount
      return Float(Double(weight[channel(of: index)]) * inverse(moments, moment) * centred)
    }
    return (inputGradient, overGroups(weightSums), overGroups(biasSums))
  }

  /// The sums of a value for each group and channel.
  private func sums(of value: (_ index: Int) -> Double) -> [Double] {
    var sums = [Double](repeating: 0, count: groups.count * channelCount)
    for (group, images) in groups.enumerated() {
      for channel in 0..<channelCount {
        var sum = 0.0
        for image in images {
          let start = (image * channelCount + channel) * pixelCount
          for index in start..<start + pixelCount { sum += value(index) }
        }
        sums[group * channelCount + channel] = sum
      }
    }
    return sums
  }

  private func overGroups(_ sums: [Double]) -> [Float] {
    (0..<channelCount).map { channel in
      Float(groups.indices.reduce(0) { $0 + sums[$1 * channelCount + channel] })
    }
  }

  private func inverse(_ moments: Moments, _ number: Int) -> Double {
    1 / (moments.variances[number] + NetworkDescription.normEpsilon).squareRoot()
  }

  private func channel(of index: Int) -> Int { index / pixelCount % channelCount }

  /// The index into ``Moments`` for a value; all groups have the same size.
  private func moment(of index: Int) -> Int {
    let image = index / (pixelCount * channelCount)
    return image / groups[0].count * channelCount + channel(of: index)
  }
}

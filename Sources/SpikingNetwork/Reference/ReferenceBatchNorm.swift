/// Batch norm over groups of images `[images, channels, plane]`: each group has statistics of its own.
///
/// Source: Ioffe and Szegedy, "Batch Normalization", ICML 2015, algorithm 1; the running variance is unbiased,
/// as in PyTorch.
struct ReferenceBatchNorm {
  let channelCount: Int
  /// H·W.
  let planeCount: Int
  /// The images of each group, in the order of their updates to the running statistics.
  let groups: [Range<Int>]

  /// Mean and biased variance of each group and channel, `[groups][channels]`.
  typealias Moments = [[(mean: Double, variance: Double)]]

  func moments(_ input: [Float]) -> Moments {
    groups.map { images in
      (0..<channelCount).map { channel in
        let count = Double(images.count * planeCount)
        var sum = 0.0
        for place in places(images, channel) { sum += Double(input[place]) }
        let mean = sum / count
        var squares = 0.0
        for place in places(images, channel) {
          let difference = Double(input[place]) - mean
          squares += difference * difference
        }
        return (mean, squares / count)
      }
    }
  }

  /// `γ·(x − mean)/√(variance + ε) + β` with the batch's moments.
  func output(_ input: [Float], _ moments: Moments, scale: [Float], shift: [Float]) -> [Float] {
    var output = [Float](repeating: 0, count: input.count)
    for (images, channels) in zip(groups, moments) {
      for (channel, moment) in channels.enumerated() {
        let (mean, inverse) = normalization(moment)
        let factor = Float(inverse) * scale[channel]
        let summand = shift[channel] - Float(mean) * factor
        for place in places(images, channel) { output[place] = input[place] * factor + summand }
      }
    }
    return output
  }

  /// The same with running moments.
  ///
  /// PyTorch takes this root in float32, that of a batch's variance in float64; so does this, since a spike can
  /// hang on it.
  func output(
    _ input: [Float], runningMean: [Float], runningVariance: [Float], scale: [Float],
    shift: [Float]
  ) -> [Float] {
    var output = [Float](repeating: 0, count: input.count)
    for channel in 0..<channelCount {
      let epsilon = Float(NetworkDescription.normEpsilon)
      let factor = 1 / (runningVariance[channel] + epsilon).squareRoot() * scale[channel]
      let summand = shift[channel] - runningMean[channel] * factor
      for images in groups {
        for place in places(images, channel) { output[place] = input[place] * factor + summand }
      }
    }
    return output
  }

  /// Takes each group's moments into the running ones.
  func update(_ runningMean: inout [Float], _ runningVariance: inout [Float], by moments: Moments) {
    let momentum = NetworkDescription.normMomentum
    for (images, channels) in zip(groups, moments) {
      let count = Double(images.count * planeCount)
      for (channel, moment) in channels.enumerated() {
        // A single value has no unbiased variance; PyTorch refuses it, here it counts as 0.
        let unbiased = moment.variance * count / max(1, count - 1)
        runningMean[channel] = Float(
          (1 - momentum) * Double(runningMean[channel]) + momentum * moment.mean)
        runningVariance[channel] = Float(
          (1 - momentum) * Double(runningVariance[channel]) + momentum * unbiased)
      }
    }
  }

  /// The gradients by input, γ and β, from that by the output.
  func gradients(
    _ input: [Float], _ outputGradient: [Float], _ moments: Moments, scale: [Float]
  ) -> (input: [Float], scale: [Float], shift: [Float]) {
    var scaleSums = [[Double]](
      repeating: [Double](repeating: 0, count: channelCount), count: groups.count)
    var shiftSums = scaleSums
    for (group, images) in groups.enumerated() {
      for channel in 0..<channelCount {
        let (mean, inverse) = normalization(moments[group][channel])
        for place in places(images, channel) {
          let gradient = Double(outputGradient[place])
          shiftSums[group][channel] += gradient
          scaleSums[group][channel] += gradient * (Double(input[place]) - mean) * inverse
        }
      }
    }
    var inputGradient = [Float](repeating: 0, count: input.count)
    for (group, images) in groups.enumerated() {
      let count = Double(images.count * planeCount)
      for channel in 0..<channelCount {
        let (mean, inverse) = normalization(moments[group][channel])
        for place in places(images, channel) {
          let normalized = (Double(input[place]) - mean) * inverse
          let centred =
            Double(outputGradient[place]) - shiftSums[group][channel] / count
            - normalized * scaleSums[group][channel] / count
          inputGradient[place] = Float(Double(scale[channel]) * inverse * centred)
        }
      }
    }
    let total = { (sums: [[Double]]) in
      (0..<channelCount).map { channel in Float(sums.reduce(0) { $0 + $1[channel] }) }
    }
    return (inputGradient, total(scaleSums), total(shiftSums))
  }

  private func normalization(
    _ moment: (mean: Double, variance: Double)
  ) -> (mean: Double, inverse: Double) {
    (moment.mean, 1 / (moment.variance + NetworkDescription.normEpsilon).squareRoot())
  }

  private func places(_ images: Range<Int>, _ channel: Int) -> some Sequence<Int> {
    images.lazy.flatMap { image in
      let start = (image * channelCount + channel) * planeCount
      return start..<start + planeCount
    }
  }
}

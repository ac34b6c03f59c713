/// 3×3 convolution with padding 1, computed by its definition; sums are in float64.
///
/// Images are `[images, channels, H, W]`, weights `[out, in, 3, 3]`, all row-major.
struct ReferenceConvolution {
  let input: ImageShape
  let outputChannelCount: Int

  /// `y[o, r, c] = Σ x[i, r + a − 1, c + b − 1] · w[o, i, a, b]`.
  func output(_ values: [Float], weights: [Float], imageCount: Int) -> [Float] {
    var output = [Float](repeating: 0, count: imageCount * outputCount)
    for image in 0..<imageCount {
      for (outputChannel, row, column) in outputPositions {
        var sum = 0.0
        for tap in taps(row, column) {
          for channel in 0..<input.channelCount {
            let x = values[inputIndex(image, channel, tap.row, tap.column)]
            sum += Double(x) * Double(weights[weightIndex(outputChannel, channel, tap.number)])
          }
        }
        output[outputIndex(image, outputChannel, row, column)] = Float(sum)
      }
    }
    return output
  }

  /// The gradient with respect to the input, from the gradient with respect to the output.
  func inputGradient(
    _ outputGradient: [Float], weights: [Float], imageCount: Int
  ) -> [Float] {
    var sums = [Double](repeating: 0, count: imageCount * input.valueCount)
    for image in 0..<imageCount {
      for (outputChannel, row, column) in outputPositions {
        let gradient = Double(outputGradient[outputIndex(image, outputChannel, row, column)])
        for tap in taps(row, column) {
          for channel in 0..<input.channelCount {
            sums[inputIndex(image, channel, tap.row, tap.column)] +=
              gradient * Double(weights[weightIndex(outputChannel, channel, tap.number)])
          }
        }
      }
    }
    return sums.map { Float($0) }
  }

  /// The gradient with respect to the weights, from the input and the gradient with respect to the
  /// output.
  func weightGradient(_ values: [Float], _ outputGradient: [Float], imageCount: Int) -> [Float] {
    var sums = [Double](repeating: 0, count: outputChannelCount * input.channelCount * 9)
    for image in 0..<imageCount {
      for (outputChannel, row, column) in outputPositions {
        let gradient = Double(outputGradient[outputIndex(image, outputChannel, row, column)])
        for tap in taps(row, column) {
          for channel in 0..<input.channelCount {
            sums[weightIndex(outputChannel, channel, tap.number)] +=
              gradient * Double(values[inputIndex(image, channel, tap.row, tap.column)])
          }
        }
      }
    }
    return sums.map { Float($0) }
  }

  private var outputCount: Int { outputChannelCount * input.pixelCount }

  private var outputPositions: some Sequence<(Int, Int, Int)> {
    let (height, width) = (input.height, input.width)
    return (0..<outputCount).lazy.map { ($0 / (height * width), $0 / width % height, $0 % width) }
  }

  /// The input pixels that contribute to an output pixel, each with its tap number, 3·a + b; those
  /// outside the image are left out.
  private func taps(_ row: Int, _ column: Int) -> some Sequence<
    (number: Int, row: Int, column: Int)
  > {
    let (height, width) = (input.height, input.width)
    return (0..<9).lazy
      .map { (number: $0, row: row + $0 / 3 - 1, column: column + $0 % 3 - 1) }
      .filter { (0..<height).contains($0.row) && (0..<width).contains($0.column) }
  }

  private func inputIndex(_ image: Int, _ channel: Int, _ row: Int, _ column: Int) -> Int {
    ((image * input.channelCount + channel) * input.height + row) * input.width + column
  }

  private func outputIndex(_ image: Int, _ channel: Int, _ row: Int, _ column: Int) -> Int {
    ((image * outputChannelCount + channel) * input.height + row) * input.width + column
  }

  private func weightIndex(_ outputChannel: Int, _ inputChannel: Int, _ tap: Int) -> Int {
    (outputChannel * input.channelCount + inputChannel) * 9 + tap
  }
}

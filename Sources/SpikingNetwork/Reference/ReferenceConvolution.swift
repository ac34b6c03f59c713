/// 3×3 convolution with padding 1, as its definition says; sums are in float64.
///
/// Images are `[images, channels, side, side]`, weights `[out, in, 3, 3]`, all row-major.
struct ReferenceConvolution {
  let stage: ConvolutionStage

  /// `y[o, r, c] = Σ x[i, r + a − 1, c + b − 1] · w[o, i, a, b]`.
  func output(_ input: [Float], weights: [Float], imageCount: Int) -> [Float] {
    var output = [Float](repeating: 0, count: imageCount * outputCount)
    for image in 0..<imageCount {
      for (outputChannel, row, column) in outputPlaces {
        var sum = 0.0
        for tap in taps(row, column) {
          for channel in 0..<stage.inputChannelCount {
            let x = input[inputPlace(image, channel, tap.row, tap.column)]
            sum += Double(x) * Double(weights[weightPlace(outputChannel, channel, tap.number)])
          }
        }
        output[outputPlace(image, outputChannel, row, column)] = Float(sum)
      }
    }
    return output
  }

  /// The gradient by the input, from that by the output.
  func inputGradient(
    _ outputGradient: [Float], weights: [Float], imageCount: Int
  ) -> [Float] {
    var sums = [Double](repeating: 0, count: imageCount * inputCount)
    for image in 0..<imageCount {
      for (outputChannel, row, column) in outputPlaces {
        let gradient = Double(outputGradient[outputPlace(image, outputChannel, row, column)])
        for tap in taps(row, column) {
          for channel in 0..<stage.inputChannelCount {
            sums[inputPlace(image, channel, tap.row, tap.column)] +=
              gradient * Double(weights[weightPlace(outputChannel, channel, tap.number)])
          }
        }
      }
    }
    return sums.map { Float($0) }
  }

  /// The gradient by the weights, from the input and the gradient by the output.
  func weightGradient(_ input: [Float], _ outputGradient: [Float], imageCount: Int) -> [Float] {
    var sums = [Double](
      repeating: 0, count: stage.outputChannelCount * stage.inputChannelCount * 9)
    for image in 0..<imageCount {
      for (outputChannel, row, column) in outputPlaces {
        let gradient = Double(outputGradient[outputPlace(image, outputChannel, row, column)])
        for tap in taps(row, column) {
          for channel in 0..<stage.inputChannelCount {
            sums[weightPlace(outputChannel, channel, tap.number)] +=
              gradient * Double(input[inputPlace(image, channel, tap.row, tap.column)])
          }
        }
      }
    }
    return sums.map { Float($0) }
  }

  private var inputCount: Int { stage.inputChannelCount * stage.sideLength * stage.sideLength }
  private var outputCount: Int { stage.outputChannelCount * stage.sideLength * stage.sideLength }

  private var outputPlaces: some Sequence<(Int, Int, Int)> {
    let side = stage.sideLength
    return (0..<outputCount).lazy.map { ($0 / (side * side), $0 / side % side, $0 % side) }
  }

  /// The places of the input that a place of the output sees, and the number of the weight, 3·a + b.
  private func taps(_ row: Int, _ column: Int) -> some Sequence<
    (number: Int, row: Int, column: Int)
  > {
    let side = stage.sideLength
    return (0..<9).lazy
      .map { (number: $0, row: row + $0 / 3 - 1, column: column + $0 % 3 - 1) }
      .filter { (0..<side).contains($0.row) && (0..<side).contains($0.column) }
  }

  private func inputPlace(_ image: Int, _ channel: Int, _ row: Int, _ column: Int) -> Int {
    ((image * stage.inputChannelCount + channel) * stage.sideLength + row) * stage.sideLength
      + column
  }

  private func outputPlace(_ image: Int, _ channel: Int, _ row: Int, _ column: Int) -> Int {
    ((image * stage.outputChannelCount + channel) * stage.sideLength + row) * stage.sideLength
      + column
  }

  private func weightPlace(_ outputChannel: Int, _ inputChannel: Int, _ tap: Int) -> Int {
    (outputChannel * stage.inputChannelCount + inputChannel) * 9 + tap
  }
}

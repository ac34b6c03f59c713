/// A linear layer: input `[rows, inputs]`, weights `[outputs, inputs]`, biases `[outputs]`; sums
/// are in float64.
struct ReferenceLinear {
  let inputCount: Int
  let outputCount: Int

  /// - Parameter biases: The biases, which are added last; `nil` without biases.
  func output(_ input: [Float], weights: [Float], biases: [Float]?) -> [Float] {
    (0..<input.count / inputCount * outputCount).map { index in
      let (row, output) = index.quotientAndRemainder(dividingBy: outputCount)
      var sum = 0.0
      for number in 0..<inputCount {
        sum +=
          Double(input[row * inputCount + number])
          * Double(weights[output * inputCount + number])
      }
      return Float(sum + Double(biases?[output] ?? 0))
    }
  }

  func inputGradient(_ outputGradient: [Float], weights: [Float]) -> [Float] {
    let rowCount = outputGradient.count / outputCount
    var sums = [Double](repeating: 0, count: rowCount * inputCount)
    for row in 0..<rowCount {
      for output in 0..<outputCount {
        let gradient = Double(outputGradient[row * outputCount + output])
        for number in 0..<inputCount {
          sums[row * inputCount + number] +=
            gradient * Double(weights[output * inputCount + number])
        }
      }
    }
    return sums.map { Float($0) }
  }

  func biasGradient(_ outputGradient: [Float]) -> [Float] {
    var sums = [Double](repeating: 0, count: outputCount)
    for (index, gradient) in outputGradient.enumerated() {
      sums[index % outputCount] += Double(gradient)
    }
    return sums.map { Float($0) }
  }

  func weightGradient(_ input: [Float], _ outputGradient: [Float]) -> [Float] {
    var sums = [Double](repeating: 0, count: outputCount * inputCount)
    for row in 0..<input.count / inputCount {
      for output in 0..<outputCount {
        let gradient = Double(outputGradient[row * outputCount + output])
        for number in 0..<inputCount {
          sums[output * inputCount + number] +=
            gradient * Double(input[row * inputCount + number])
        }
      }
    }
    return sums.map { Float($0) }
  }
}

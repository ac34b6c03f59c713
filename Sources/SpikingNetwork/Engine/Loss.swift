/// The loss that training minimizes.
public enum Loss: String, Equatable, Sendable, CaseIterable {
  /// The mean over N·classes of (rate − one-hot label)².
  case meanSquaredError = "mse"
  /// The mean over N of −log softmax(rates)[label].
  case crossEntropy = "ce"

  /// The loss of a batch.
  ///
  /// - Parameters:
  ///   - rates: `[N, classes]`.
  ///   - labels: `[N]`.
  public func value(rates: [Float], labels: [UInt16]) -> Double {
    let classCount = rates.count / labels.count
    var sum = 0.0
    for (sample, label) in labels.enumerated() {
      let row = rates[sample * classCount..<(sample + 1) * classCount].map(Double.init)
      switch self {
      case .meanSquaredError:
        for (number, rate) in row.enumerated() {
          let difference = rate - (number == Int(label) ? 1 : 0)
          sum += difference * difference / Double(classCount)
        }
      case .crossEntropy:
        sum += logarithm(row.reduce(0) { $0 + exponential($1) }) - row[Int(label)]
      }
    }
    return sum / Double(labels.count)
  }

  /// The gradient with respect to the rates `[N, classes]`.
  ///
  /// With the one-hot label y, it is `2·(rate − y)/(N·classes)` for the squared error and
  /// `(softmax(rates) − y)/N` for cross-entropy.
  ///
  /// - Parameters:
  ///   - rates: The firing rates `[N, classes]`.
  ///   - labels: The labels `[N]`.
  ///   - sampleCount: Number of samples that the loss is a mean over: N, plus those of other
  ///     processes.
  public func gradient(rates: [Float], labels: [UInt16], sampleCount: Int) -> [Float] {
    let classCount = rates.count / labels.count
    let valueCount = sampleCount * classCount
    var result = [Float](repeating: 0, count: rates.count)
    for (sample, label) in labels.enumerated() {
      let range = sample * classCount..<(sample + 1) * classCount
      let exponentialSum = rates[range].reduce(0.0) { $0 + exponential(Double($1)) }
      for index in range {
        let target: Double = index - range.lowerBound == Int(label) ? 1 : 0
        let rate = Double(rates[index])
        switch self {
        case .meanSquaredError: result[index] = Float(2 * (rate - target) / Double(valueCount))
        case .crossEntropy:
          result[index] = Float((exponential(rate) / exponentialSum - target) / Double(sampleCount))
        }
      }
    }
    return result
  }
}

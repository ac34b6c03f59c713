/// What a network made of a batch.
public struct BatchResult: Equatable, Sendable {
  /// Mean votes of each class over the frames, its firing rate `[N, classes]`.
  public var rates: [Float]
  /// How many classes there are.
  public var classCount: Int
  /// The loss, a mean over the batch.
  public var loss: Double
  /// Spikes of each channel (behind convolutions, before pooling) or neuron (behind linear layers),
  /// for each layer of neurons, summed over T, N, H and W, padding with them.
  public var spikeCounts: [[Int]]

  /// Makes a result.
  public init(rates: [Float], classCount: Int, loss: Double, spikeCounts: [[Int]]) {
    precondition(
      rates.count.isMultiple(of: classCount), "\(rates.count) rates of \(classCount) classes")
    self.rates = rates
    self.classCount = classCount
    self.loss = loss
    self.spikeCounts = spikeCounts
  }

  /// The rates of a sample's classes.
  public func rates(ofSample number: Int) -> ArraySlice<Float> {
    rates[number * classCount..<(number + 1) * classCount]
  }

  /// The class with the highest rate of each sample, the lowest of equals.
  public var predictions: [Int] {
    stride(from: 0, to: rates.count, by: classCount).map { start in
      (0..<classCount).reduce(0) { rates[start + $1] > rates[start + $0] ? $1 : $0 }
    }
  }
}

/// A network's outputs for a batch.
public struct BatchResult: Equatable, Sendable {
  /// Firing rate of each class, the mean of its votes over a sample's real frames `[N, classes]`.
  public var rates: [Float]
  /// The number of classes.
  public var classCount: Int
  /// The loss, the mean over the batch.
  public var loss: Double
  /// For each layer of neurons, the spikes of each channel (after convolutions, before pooling) or
  /// neuron (after linear layers), summed over T, N, H and W, including padding.
  public var spikeCounts: [[Int]]
  /// For each convolution, then each linear layer, its synaptic operations in the batch: inputs
  /// that are not 0, each times the weights that it meets inside the image.
  ///
  /// Empty in training, and where an engine does not count them.
  public var synapticOperations: [Int]

  /// Makes a result.
  public init(
    rates: [Float], classCount: Int, loss: Double, spikeCounts: [[Int]],
    synapticOperations: [Int] = []
  ) {
    precondition(
      rates.count.isMultiple(of: classCount), "\(rates.count) rates of \(classCount) classes")
    self.rates = rates
    self.classCount = classCount
    self.loss = loss
    self.spikeCounts = spikeCounts
    self.synapticOperations = synapticOperations
  }

  /// The firing rates of a sample, one per class.
  public func rates(ofSample number: Int) -> ArraySlice<Float> {
    rates[number * classCount..<(number + 1) * classCount]
  }

  /// The class with the highest rate for each sample; the lowest label wins a tie.
  public var predictions: [Int] {
    stride(from: 0, to: rates.count, by: classCount).map { start in
      (0..<classCount).reduce(0) { rates[start + $1] > rates[start + $0] ? $1 : $0 }
    }
  }
}

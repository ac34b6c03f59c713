internal import SpikingNetwork

/// What the batches of an optimizer step add up to.
struct StepSums {
  /// The sum over the samples of their batch's loss.
  private(set) var loss = 0.0
  /// Samples that were classified correctly.
  private(set) var correctCount = 0
  private(set) var sampleCount = 0
  /// Spikes of each layer.
  private(set) var spikeCounts = [Int](repeating: 0, count: NetworkDescription.neuronLayerCount)

  /// Adds a batch.
  mutating func add(_ result: BatchResult, labels: [UInt8]) {
    loss += result.loss * Double(labels.count)
    correctCount += zip(result.predictions, labels).count { $0 == Int($1) }
    sampleCount += labels.count
    for (layer, counts) in result.spikeCounts.enumerated() {
      spikeCounts[layer] += counts.reduce(0, +)
    }
  }
}

internal import SpikingNetwork

/// Loss, accuracy and spikes, summed over the batches of an optimizer step.
struct StepSums {
  /// The sum of batch loss · batch size.
  private(set) var loss = 0.0
  /// The number of samples classified correctly.
  private(set) var correctCount = 0
  private(set) var sampleCount = 0
  /// The number of spikes of each layer.
  private(set) var spikeCounts: [Int] = []

  /// Adds a batch of all ranks.
  mutating func add(_ result: BatchResult, labels: [UInt16]) {
    loss += result.loss * Double(labels.count)
    correctCount += zip(result.predictions, labels).count { $0 == Int($1) }
    sampleCount += labels.count
    let counts = result.spikeCounts.map { $0.reduce(0, +) }
    spikeCounts = spikeCounts.isEmpty ? counts : zip(spikeCounts, counts).map { $0 + $1 }
  }
}

internal import SpikingNetwork

/// Sums over the batches of an optimizer step.
struct StepSums {
  /// The sum over the samples of their batch's loss.
  private(set) var loss = 0.0
  /// Samples that were classified correctly.
  private(set) var correctCount = 0
  private(set) var sampleCount = 0
  /// Spikes of each layer.
  private(set) var spikeCounts: [Int] = []

  /// Adds a batch.
  mutating func add(_ result: BatchResult, labels: [UInt16]) {
    loss += result.loss * Double(labels.count)
    correctCount += zip(result.predictions, labels).count { $0 == Int($1) }
    sampleCount += labels.count
    let counts = result.spikeCounts.map { $0.reduce(0, +) }
    spikeCounts = spikeCounts.isEmpty ? counts : zip(spikeCounts, counts).map { $0 + $1 }
  }

  /// Makes the sums those of all processes that train together.
  mutating func reduce(by reducer: any Reducer) throws(EngineError) {
    var losses = [loss]
    var counts = [correctCount, sampleCount] + spikeCounts
    try reducer.sum(&losses)
    try reducer.sum(&counts)
    loss = losses[0]
    (correctCount, sampleCount) = (counts[0], counts[1])
    spikeCounts = Array(counts[2...])
  }
}

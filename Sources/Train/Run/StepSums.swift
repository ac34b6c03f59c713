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

  /// Adds a batch.
  mutating func add(_ result: BatchResult, labels: [UInt16]) {
    loss += result.loss * Double(labels.count)
    correctCount += zip(result.predictions, labels).count { $0 == Int($1) }
    sampleCount += labels.count
    let counts = result.spikeCounts.map { $0.reduce(0, +) }
    spikeCounts = spikeCounts.isEmpty ? counts : zip(spikeCounts, counts).map { $0 + $1 }
  }

  /// Replaces the sums with those over all processes of a distributed training.
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

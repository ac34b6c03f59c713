internal import Glibc
internal import SpikingNetwork

extension TrainingPosition {
  /// Checks that a training with these settings can be at this position.
  ///
  /// Values that no training reaches would be reported as results, or keep the best checkpoint from
  /// ever being replaced.
  func checkIsPossible(_ settings: TrainingSettings) throws(Record.Defect) {
    func require(
      _ isMet: Bool, _ name: String, _ expected: String, _ found: String
    ) throws(Record.Defect) {
      guard isMet else {
        throw Record.Defect(name: name, detail: "\(expected) expected, \(found) found")
      }
    }
    let batchSamples = batchCount * settings.batchSize
    try require(
      sampleCount == batchSamples, "samples", "\(batchSamples), those of \(batchCount) batches,",
      "\(sampleCount)")
    try require(
      correctCount <= sampleCount, "correct", "at most the \(sampleCount) samples of the epoch",
      "\(correctCount)")
    // Outputs are firing rates from 0 to 1, so the squared error is at most 1, and the cross
    // entropy at most that of a rate of 0 among rates of 1.
    let largestLoss =
      settings.loss == .meanSquaredError ? 1 : 1 + log(Double(settings.network.classCount))
    // A sum of rounded losses may exceed the bound a little.
    let bound = largestLoss * Double(sampleCount) * 1.001
    try require(
      lossSum >= 0 && lossSum <= bound, "loss_sum", "0 to \(bound)", "\(lossSum)")
    if let bestAccuracy {
      try require((0...1).contains(bestAccuracy), "max_acc", "0 to 1", "\(bestAccuracy)")
    }
    // The epoch is unknown where the accuracy was taken over from another program.
    try require(
      bestAccuracy != nil || bestEpoch == nil, "max_epoch", "an epoch only if there is max_acc",
      bestEpoch.map { "\($0)" } ?? "none")
    if let bestEpoch {
      try require(bestEpoch <= epoch, "max_epoch", "at most epoch \(epoch)", "\(bestEpoch)")
    }
  }
}

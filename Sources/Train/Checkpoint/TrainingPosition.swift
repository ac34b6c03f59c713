/// How far training is, and the sums of the current epoch.
package struct TrainingPosition: Equatable, Sendable {
  /// The epoch that is being trained, from 0.
  package var epoch = 0
  /// Batches of the epoch that are done; all of them while the test pass is still to come.
  package var batchCount = 0
  /// The sum over the epoch's samples so far of their batch's loss.
  package var lossSum = 0.0
  /// Samples of the epoch so far that were classified correctly.
  package var correctCount = 0
  /// Samples of the epoch so far.
  package var sampleCount = 0
  /// The best accuracy so far on the samples that decide; `nil` before the first pass over them.
  package var bestAccuracy: Double?
  /// The epoch that had it first.
  package var bestEpoch: Int?

  /// The position before anything is done.
  package init() {}

  /// Moves to the start of the next epoch.
  mutating func beginNextEpoch() {
    epoch += 1
    batchCount = 0
    lossSum = 0
    correctCount = 0
    sampleCount = 0
  }
}

/// How far training has come, and the sums of the current epoch.
package struct TrainingPosition: Equatable, Sendable {
  /// The current epoch, from 0.
  package var epoch = 0
  /// The number of batches of the epoch that are done; all of them during the test pass.
  package var batchCount = 0
  /// The sum of batch loss · batch size over the epoch's batches so far.
  package var lossSum = 0.0
  /// The number of samples of the epoch so far that were classified correctly.
  package var correctCount = 0
  /// The number of samples of the epoch so far.
  package var sampleCount = 0
  /// The best accuracy so far, 0 to 1, on validation samples if there are any, else on test
  /// samples; `nil` before the first such pass.
  package var bestAccuracy: Double?
  /// The first epoch with ``bestAccuracy``.
  package var bestEpoch: Int?

  /// The start of epoch 0.
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

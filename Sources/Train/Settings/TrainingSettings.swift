package import SpikingNetwork

/// All that decides what training computes, but for the cache: two runs with the same settings give
/// the same bits.
package struct TrainingSettings: Equatable, Sendable {
  /// The network; its frame count is the cache's.
  package var network: NetworkDescription
  /// N, the samples of a batch.
  package var batchSize: Int
  /// The optimizer, which updates parameters by their gradients.
  package var optimizer: Optimizer
  /// The learning rate of epoch 0.
  package var learningRate: Double
  /// How the learning rate changes with the epoch.
  package var schedule: LearningRateSchedule
  /// What is minimized.
  package var loss: Loss
  /// How exactly convolutions and linear layers are computed in training.
  package var precision: Precision
  /// Batches whose gradients' mean makes an optimizer step; the last step of an epoch may have
  /// fewer.
  package var accumulationCount: Int
  /// The seed of all random numbers.
  package var seed: UInt64
  /// The fraction of training subjects held out for validation; 0 holds out none.
  package var validationFraction: Double

  /// Chooses settings; the defaults are those of SpikingJelly's tutorial, with Adam.
  package init(
    network: NetworkDescription = NetworkDescription(), batchSize: Int = 16,
    optimizer: Optimizer = .adam, learningRate: Double = 0.001,
    schedule: LearningRateSchedule = .cosine(maximumEpoch: 32), loss: Loss = .meanSquaredError,
    precision: Precision = .float32, accumulationCount: Int = 1, seed: UInt64 = 2020,
    validationFraction: Double = 0
  ) {
    self.network = network
    self.batchSize = batchSize
    self.optimizer = optimizer
    self.learningRate = learningRate
    self.schedule = schedule
    self.loss = loss
    self.precision = precision
    self.accumulationCount = accumulationCount
    self.seed = seed
    self.validationFraction = validationFraction
  }
}

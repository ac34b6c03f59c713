package import SpikingNetwork

/// All settings that affect results: two runs with the same settings and cache compute the same
/// bits.
package struct TrainingSettings: Equatable, Sendable {
  /// The network; its T must be the cache's.
  package var network: NetworkDescription
  /// N, the number of samples of a batch.
  package var batchSize: Int
  /// The optimizer and its parameters, except the learning rate.
  package var optimizer: Optimizer
  /// The learning rate of epoch 0.
  package var learningRate: Double
  /// How the learning rate changes with the epoch.
  package var schedule: LearningRateSchedule
  /// The loss to minimize.
  package var loss: Loss
  /// The floating-point precision of convolutions and linear layers in training.
  package var precision: Precision
  /// The number of batches whose mean gradient makes an optimizer step; the last step of an epoch
  /// may have fewer.
  package var accumulationCount: Int
  /// The seed of all random numbers.
  package var seed: UInt64
  /// The fraction of training subjects (of samples, if the cache has no subjects) held out for
  /// validation; 0 holds out none.
  package var validationFraction: Double

  /// Creates settings; the defaults are those of SpikingJelly's tutorial, with Adam.
  package init(
    network: NetworkDescription = NetworkDescription(), batchSize: Int = 16,
    optimizer: Optimizer = .adam, learningRate: Double = 0.001,
    schedule: LearningRateSchedule = .cosine(halfPeriod: 32), loss: Loss = .meanSquaredError,
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

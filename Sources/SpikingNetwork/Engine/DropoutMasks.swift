internal import RandomStreams

/// The dropout masks of a batch: one for each sample and dropout layer, the same for all frames.
public struct DropoutMasks: Equatable, Sendable {
  /// The factor of each feature, 0 or 1/(1 − p): `[N, features]` for each dropout layer.
  public var factors: [[Float]]

  /// Uses the given masks.
  public init(factors: [[Float]]) { self.factors = factors }

  /// Draws random masks for a whole batch.
  ///
  /// Dropout layer l of batch b draws a number in 0 ..< 1 for each feature, in row-major order,
  /// from `SplitMix64` with the key (3, b, l). The feature is dropped if the number
  /// is less than the probability.
  ///
  /// - Parameters:
  ///   - network: The network with the dropout layers.
  ///   - sampleCount: N, the number of samples of the batch.
  ///   - seed: The seed of the run.
  ///   - batchNumber: Number of batches trained on before this one.
  public init(network: NetworkDescription, sampleCount: Int, seed: UInt64, batchNumber: Int) {
    self.init(network: network, samples: 0..<sampleCount, seed: seed, batchNumber: batchNumber)
  }

  /// Draws the random masks of some samples of a batch, which are the same as in those of the whole
  /// batch.
  ///
  /// - Parameters:
  ///   - network: The network with the dropout layers.
  ///   - samples: The indices of the samples in the batch.
  ///   - seed: The seed of the run.
  ///   - batchNumber: Number of batches trained on before this one.
  public init(network: NetworkDescription, samples: Range<Int>, seed: UInt64, batchNumber: Int) {
    let probability = Float(network.dropoutProbability)
    let kept = 1 / (1 - probability)
    factors = network.blocks.dropoutFeatureCounts.enumerated().map { index, featureCount in
      let count = samples.count * featureCount
      guard probability > 0 else { return [Float](repeating: 1, count: count) }
      var words = SplitMix64(
        seed: seed, key: [RandomUse.dropout.rawValue, UInt64(batchNumber), UInt64(index)])
      words.skip(samples.lowerBound * featureCount)
      return (0..<count).map { _ in words.uniform() < probability ? 0 : kept }
    }
  }
}

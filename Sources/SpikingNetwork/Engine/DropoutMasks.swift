internal import RandomStreams

/// What the dropout layers keep of a batch: one mask a sample, the same for every frame.
public struct DropoutMasks: Equatable, Sendable {
  /// What each feature is multiplied by, 0 or 1/(1 − p): `[N, features]` for each dropout layer.
  public var factors: [[Float]]

  /// Takes masks as they are.
  public init(factors: [[Float]]) { self.factors = factors }

  /// Draws masks.
  ///
  /// Dropout layer l of batch b uses, row-major, the ``RandomStreams/SplitMix64`` with the key (3,
  /// b, l): a feature is dropped where the number of 0 ..< 1 is less than the probability.
  ///
  /// - Parameters:
  ///   - batchNumber: Batches that were trained on before.
  public init(network: NetworkDescription, sampleCount: Int, seed: UInt64, batchNumber: Int) {
    let probability = Float(network.dropoutProbability)
    let kept = 1 / (1 - probability)
    factors = network.blocks.dropoutFeatureCounts.enumerated().map { index, featureCount in
      let count = sampleCount * featureCount
      guard probability > 0 else { return [Float](repeating: 1, count: count) }
      var words = SplitMix64(
        seed: seed, key: [RandomUse.dropout.rawValue, UInt64(batchNumber), UInt64(index)])
      return (0..<count).map { _ in words.uniform() < probability ? 0 : kept }
    }
  }
}

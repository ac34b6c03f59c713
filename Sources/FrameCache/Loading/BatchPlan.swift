internal import RandomStreams

/// The samples of a pass over a cache, divided into batches.
///
/// A plan depends on its arguments only, so that a pass can be repeated, or resumed at any batch.
public enum BatchPlan {
  /// Shuffles samples for an epoch of training, and drops an incomplete last batch.
  ///
  /// The order is `SplitMix64(seed: seed, key: [2, epoch]).permutation(of: samples.count)`.
  ///
  /// - Parameters:
  ///   - samples: The samples to choose from, each once.
  ///   - batchSize: N, at least 1.
  ///   - seed: The seed of the run.
  ///   - epoch: The epoch's number, from 0.
  /// - Returns: The N samples of each batch; no batch if there are fewer samples.
  public static func training(
    samples: [SampleIndex], batchSize: Int, seed: UInt64, epoch: Int
  ) -> [[SampleIndex]] {
    let order = shuffled(samples: samples, seed: seed, epoch: epoch)
    let usedCount = samples.count / checked(batchSize) * batchSize
    return inOrder(samples: Array(order.prefix(usedCount)), batchSize: batchSize)
  }

  /// The samples in the order of an epoch of training, of which
  /// ``training(samples:batchSize:seed:epoch:)`` drops an incomplete last batch.
  package static func shuffled(samples: [SampleIndex], seed: UInt64, epoch: Int) -> [SampleIndex] {
    precondition(epoch >= 0, "epoch \(epoch)")
    var random = SplitMix64(seed: seed, key: [RandomUse.sampleOrder.rawValue, UInt64(epoch)])
    return random.permutation(of: samples.count).map { samples[$0] }
  }

  /// Takes all samples in the order given; the last batch may be smaller.
  ///
  /// - Parameters:
  ///   - samples: The samples.
  ///   - batchSize: N, at least 1.
  /// - Returns: The samples of each batch; no batch is empty.
  public static func inOrder(samples: [SampleIndex], batchSize: Int) -> [[SampleIndex]] {
    stride(from: 0, to: samples.count, by: checked(batchSize)).map { start in
      Array(samples[start...].prefix(batchSize))
    }
  }

  private static func checked(_ batchSize: Int) -> Int {
    precondition(batchSize >= 1, "batches of \(batchSize) samples")
    return batchSize
  }
}

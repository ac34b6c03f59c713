package import EventData
package import FrameCache
internal import RandomStreams
internal import SpikingNetwork

/// The samples of a cache, split into training, validation and test samples.
package struct SampleSplit: Equatable, Sendable {
  /// Training samples, in the cache's order.
  package let training: [SampleIndex]
  /// Samples of the held-out training subjects, in the cache's order; in a data set without
  /// subjects, the held-out training samples.
  package let validation: [SampleIndex]
  /// Test samples, in the cache's order.
  package let test: [SampleIndex]
  /// The subjects held out, sorted.
  package let validationSubjects: [AttributeValue]

  /// Splits a cache's samples.
  ///
  /// Of n training subjects, fraction · n are held out, rounded, but at least 1 and at most n − 1:
  /// the first of a random permutation of the sorted subjects (``RandomStreams/SplitMix64`` with
  /// the seed and key 4). In a data set without subjects, samples are held out in the same way.
  ///
  /// - Parameters:
  ///   - fraction: The fraction of training subjects to hold out; 0 holds out none.
  /// - Throws: ``TrainError`` with code `settings` if there are fewer than 2 subjects or samples.
  package init(_ cache: FrameCache, validationFraction fraction: Double, seed: UInt64)
    throws(TrainError)
  {
    let train = cache.samples.filter { $0.split == .train }
    test = cache.samples.filter { $0.split == .test }
    guard fraction > 0 else {
      (training, validation, validationSubjects) = (train, [], [])
      return
    }
    guard let column = cache.schema.column("subject") else {
      guard train.count >= 2 else {
        throw TrainError(
          .settings, cache.path, "-val",
          "at least 2 training samples are needed to hold one out, there are \(train.count)")
      }
      let indices = Set(Self.heldOutIndices(of: train.count, fraction, seed: seed))
      training = train.indices.filter { !indices.contains($0) }.map { train[$0] }
      validation = train.indices.filter(indices.contains).map { train[$0] }
      validationSubjects = []
      return
    }
    func subject(_ sample: SampleIndex) -> AttributeValue {
      cache.record(of: sample).attributes[column]
    }
    let subjects = Set(train.map(subject)).sorted { $0.isBefore($1) }
    guard subjects.count >= 2 else {
      throw TrainError(
        .settings, cache.path, "-val",
        "at least 2 training subjects are needed to hold one out, there are \(subjects.count)")
    }
    let heldOut = Set(
      Self.heldOutIndices(of: subjects.count, fraction, seed: seed).map { subjects[$0] })
    training = train.filter { !heldOut.contains(subject($0)) }
    validation = train.filter { heldOut.contains(subject($0)) }
    validationSubjects = heldOut.sorted { $0.isBefore($1) }
  }

  /// The indices, from 0 to `count` − 1, that are held out.
  private static func heldOutIndices(
    of count: Int, _ fraction: Double, seed: UInt64
  ) -> [Int] {
    let heldOutCount = min(count - 1, max(1, Int((fraction * Double(count)).rounded())))
    var words = SplitMix64(seed: seed, key: [RandomUse.validation.rawValue])
    return Array(words.permutation(of: count).prefix(heldOutCount))
  }
}

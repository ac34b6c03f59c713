package import EventData
package import FrameCache
internal import RandomStreams
internal import SpikingNetwork

/// Which samples train, which validate and which test.
package struct SampleSplit: Equatable, Sendable {
  /// Samples to train on, in the cache's order.
  package let training: [SampleIndex]
  /// Samples of training subjects that are held out, in the cache's order; of a data set without
  /// subjects, samples.
  package let validation: [SampleIndex]
  /// Test samples, in the cache's order.
  package let test: [SampleIndex]
  /// The subjects held out, sorted.
  package let validationSubjects: [AttributeValue]

  /// Splits a cache's samples.
  ///
  /// Of n training subjects, fraction·n are held out, rounded, and at least 1 and at most n − 1:
  /// the first ones of a random permutation of the sorted subjects (``RandomStreams/SplitMix64``
  /// with the seed and key 4). In a data set without subjects, samples are held out in the same
  /// way.
  ///
  /// - Parameters:
  ///   - share: The fraction of training subjects to hold out; 0 holds out none.
  /// - Throws: ``TrainError`` with code `settings` when there are too few subjects.
  package init(_ cache: FrameCache, validationFraction share: Double, seed: UInt64)
    throws(TrainError)
  {
    let train = cache.samples.filter { $0.split == .train }
    test = cache.samples.filter { $0.split == .test }
    guard share > 0 else {
      (training, validation, validationSubjects) = (train, [], [])
      return
    }
    guard let column = cache.schema.column("subject") else {
      guard train.count >= 2 else {
        throw TrainError(
          .settings, cache.path, "-val",
          "at least 2 training samples are needed to hold one out, there are \(train.count)")
      }
      let numbers = Set(Self.held(of: train.count, share, seed: seed))
      training = train.indices.filter { !numbers.contains($0) }.map { train[$0] }
      validation = train.indices.filter(numbers.contains).map { train[$0] }
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
    let held = Set(Self.held(of: subjects.count, share, seed: seed).map { subjects[$0] })
    training = train.filter { !held.contains(subject($0)) }
    validation = train.filter { held.contains(subject($0)) }
    validationSubjects = held.sorted { $0.isBefore($1) }
  }

  /// The indices, from 0 to `count` − 1, that are held out.
  private static func held(of count: Int, _ share: Double, seed: UInt64) -> [Int] {
    let heldCount = min(count - 1, max(1, Int((share * Double(count)).rounded())))
    var words = SplitMix64(seed: seed, key: [RandomUse.validation.rawValue])
    return Array(words.permutation(of: count).prefix(heldCount))
  }
}

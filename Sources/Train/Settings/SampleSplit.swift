internal import EventData
package import FrameCache
internal import RandomStreams
internal import SpikingNetwork

/// Which samples train, which validate and which test.
package struct SampleSplit: Equatable, Sendable {
  /// Samples to train on, in the cache's order.
  package let training: [SampleIndex]
  /// Samples of training subjects that are held out, in the cache's order.
  package let validation: [SampleIndex]
  /// Test samples, in the cache's order.
  package let test: [SampleIndex]
  /// The subjects held out, sorted.
  package let validationSubjects: [UInt8]

  /// Splits a cache's samples.
  ///
  /// Of n training subjects, share·n are held out, rounded, but at least one, and one is kept: the
  /// first of a permutation of the sorted subjects by the ``RandomStreams/SplitMix64`` with the key
  /// (4).
  ///
  /// - Parameters:
  ///   - share: The share of training subjects to hold out; 0 holds out none.
  /// - Throws: ``TrainError`` with code `settings` when there are too few subjects.
  package init(_ cache: FrameCache, validationShare share: Double, seed: UInt64) throws(TrainError)
  {
    let train = cache.samples.filter { $0.split == .train }
    test = cache.samples.filter { $0.split == .test }
    guard share > 0 else {
      (training, validation, validationSubjects) = (train, [], [])
      return
    }
    let subjects = Set(train.map { cache.record(of: $0).subject }).sorted()
    guard subjects.count >= 2 else {
      throw TrainError(
        .settings, cache.path, "-val",
        "at least 2 training subjects are needed to hold one out, there are \(subjects.count)")
    }
    let count = min(
      subjects.count - 1, max(1, Int((share * Double(subjects.count)).rounded())))
    var words = SplitMix64(seed: seed, key: [RandomUse.validation.rawValue])
    let held = Set(words.permutation(of: subjects.count).prefix(count).map { subjects[$0] })
    training = train.filter { !held.contains(cache.record(of: $0).subject) }
    validation = train.filter { held.contains(cache.record(of: $0).subject) }
    validationSubjects = held.sorted()
  }
}

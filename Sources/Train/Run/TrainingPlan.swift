internal import FrameCache

/// What is trained, and on what: settings, and the samples of a cache that they fit.
struct TrainingPlan {
  let settings: TrainingSettings
  let cache: FrameCache
  /// What checkpoints remember of the cache.
  let cacheIdentity: CacheIdentity
  /// Which samples train, validate and test.
  let samples: SampleSplit

  /// Checks that the settings fit the cache, and splits its samples.
  init(_ settings: TrainingSettings, on cache: FrameCache) throws(TrainError) {
    try settings.check(fits: cache)
    samples = try SampleSplit(
      cache, validationFraction: settings.validationFraction, seed: settings.seed)
    try settings.check(trainingSampleCount: samples.training.count, of: cache)
    cacheIdentity = CacheIdentity(cache)
    self.settings = settings
    self.cache = cache
  }

  /// Batches of each epoch.
  var batchesPerEpoch: Int { samples.training.count / settings.batchSize }

  /// The batches of an epoch, from 0.
  func epoch(_ number: Int) -> EpochPlan {
    EpochPlan(samples.training, settings, epoch: number)
  }
}

internal import FrameCache
internal import SpikingNetwork
internal import SystemPackage

/// The settings of a training, and the samples of a compatible cache.
struct TrainingPlan {
  let settings: TrainingSettings
  let cache: FrameCache
  /// The identity of the cache that checkpoints record.
  let cacheIdentity: CacheIdentity
  /// The training, validation and test samples.
  let samples: SampleSplit
  /// The processes that train together.
  let ranks: RankGroup

  /// Checks that the settings fit the cache and the ranks, and splits the cache's samples.
  init(
    _ settings: TrainingSettings, on cache: FrameCache, ranks: RankGroup = .single
  ) throws(TrainError) {
    if let refusal = ranks.refusal(ofBatchSize: settings.batchSize) {
      throw TrainError(.settings, "", "", refusal)
    }
    try settings.check(fits: cache)
    try settings.checkMemory(of: cache)
    samples = try SampleSplit(
      cache, validationFraction: settings.validationFraction, seed: settings.seed)
    try settings.check(trainingSampleCount: samples.training.count, of: cache)
    cacheIdentity = try CacheIdentity(cache)
    self.settings = settings
    self.ranks = ranks
    self.cache = cache
  }

  /// The number of batches of each epoch; the last samples do not fill a batch and are left out.
  var batchesPerEpoch: Int { samples.training.count / settings.batchSize }

  /// The number of optimizer steps from the start of training to a position.
  func stepCount(at position: TrainingPosition) -> Int {
    func stepCount(ofBatches count: Int) -> Int {
      (count + settings.accumulationCount - 1) / settings.accumulationCount
    }
    return position.epoch * stepCount(ofBatches: batchesPerEpoch)
      + stepCount(ofBatches: position.batchCount)
  }

  /// The batches of an epoch.
  func epoch(_ number: Int) -> EpochPlan {
    EpochPlan(samples.training, settings, epoch: number)
  }
}

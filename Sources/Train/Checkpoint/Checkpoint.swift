public import SpikingNetwork

/// All that a training needs to go on to the same bits: settings, position, weights and the optimizer's memory.
public struct Checkpoint: Equatable, Sendable {
  /// What training computes.
  public var settings: TrainingSettings
  /// What it is trained on.
  public var cache: CacheIdentity
  /// How far it is.
  public var position: TrainingPosition
  /// Weights, statistics and the optimizer's memory, all of the shapes that the settings' network has.
  public var state: NetworkState

  /// Puts a checkpoint together.
  public init(
    settings: TrainingSettings, cache: CacheIdentity, position: TrainingPosition,
    state: NetworkState
  ) {
    self.settings = settings
    self.cache = cache
    self.position = position
    self.state = state
  }
}

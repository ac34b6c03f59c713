package import SpikingNetwork

/// All that a training needs to resume and reach the same bits: settings, position, weights and the
/// optimizer's memory.
package struct Checkpoint: Equatable, Sendable {
  /// What training computes.
  package var settings: TrainingSettings
  /// The cache that it is trained on.
  package var cache: CacheIdentity
  /// How far it is.
  package var position: TrainingPosition
  /// Weights, statistics and the optimizer's memory, all of the shapes that the settings' network
  /// has.
  package var state: NetworkState
  /// Which bits the state has: those of the engine that took the last step; `nil` where that was
  /// not noted, as by 0.1.0.
  package var numerics: NumericsVersion?

  /// Puts a checkpoint together.
  package init(
    settings: TrainingSettings, cache: CacheIdentity, position: TrainingPosition,
    state: NetworkState, numerics: NumericsVersion?
  ) {
    self.settings = settings
    self.cache = cache
    self.position = position
    self.state = state
    self.numerics = numerics
  }
}

package import SpikingNetwork

/// Everything that training needs to resume and compute the same bits: settings, position, weights
/// and the optimizer's state.
package struct Checkpoint: Equatable, Sendable {
  /// The settings of the training.
  package var settings: TrainingSettings
  /// The cache that the network is trained on.
  package var cache: CacheIdentity
  /// How far training has come.
  package var position: TrainingPosition
  /// Weights, statistics and the optimizer's state, with the shapes of `settings.network`.
  package var state: NetworkState
  /// The numerics versions of all engines that took a step; `nil` if not recorded, as in files of
  /// 0.1.0.
  package var numerics: NumericsVersion?

  /// Creates a checkpoint of its parts.
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

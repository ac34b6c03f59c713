package import EventData
package import SpikingNetwork

/// A network with its weights, as evaluation and prediction need it: of a checkpoint, or of a file
/// of another program.
package struct TrainedNetwork: Equatable, Sendable {
  /// The settings, of which evaluation uses the network and the loss.
  package var settings: TrainingSettings
  /// Weights and statistics, in the order of the data set's labels.
  package var state: NetworkState
  /// The number of epochs that it was trained for; `nil` if unknown.
  package var epochCount: Int?
  /// The cache on which it was trained; `nil` if unknown.
  package var cache: CacheIdentity?

  /// Describes a network.
  ///
  /// - Parameters:
  ///   - settings: The settings, of which evaluation uses the network and the loss.
  ///   - state: Weights and statistics.
  ///   - epochCount: The number of epochs that it was trained for; `nil` if unknown.
  ///   - cache: The cache on which it was trained; `nil` if unknown.
  package init(
    settings: TrainingSettings, state: NetworkState, epochCount: Int?, cache: CacheIdentity?
  ) {
    self.settings = settings
    self.state = state
    self.epochCount = epochCount
    self.cache = cache
  }
}

extension TrainedNetwork {
  /// The frames that the network takes; any where they are unknown.
  package var cacheRequest: CacheRequest { cache.map { CacheRequest($0.split) } ?? CacheRequest() }

  /// The names of its classes; where they are unknown those of DVS128 Gesture, if it has as many.
  package var classNames: ClassNames {
    if let cache { return ClassNames(cache) }
    let count = settings.network.classCount
    return ClassNames(
      count == ClassNames.gestureNames.count
        ? ClassNames.gestureNames : (0..<count).map { "\($0)" })
  }
}

extension Checkpoint {
  /// The network with its weights.
  package var trained: TrainedNetwork {
    TrainedNetwork(
      settings: settings, state: state, epochCount: position.epoch, cache: cache)
  }
}

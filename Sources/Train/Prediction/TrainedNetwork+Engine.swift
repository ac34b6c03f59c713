package import FrameCache
package import SpikingNetwork
package import SystemPackage

extension TrainedNetwork {
  /// Creates an engine that runs the network.
  ///
  /// - Parameters:
  ///   - choice: The engine to create.
  ///   - catalogue: The available engines.
  ///   - cache: The cache that provides the input; `nil` if frames are known to fit the network.
  ///   - frameCount: T, which may differ from that of training.
  ///   - options: How the engine computes.
  ///   - path: The checkpoint's file, for messages.
  /// - Throws: ``TrainError`` if the engine is not available, or the cache has other frames or
  ///   classes than the network.
  package func makeEngine(
    _ choice: EngineChoice, of catalogue: EngineCatalogue, on cache: FrameCache?,
    frameCount: Int, options: EngineOptions, path: FilePath
  ) throws(TrainError) -> any Engine {
    if let cache,
      let difference = settings.network.difference(from: cache, called: cache.path.string)
    {
      throw TrainError(
        .checkpoint, path, "",
        "\(difference): use a cache of the data set that it was trained on, or train a network for "
          + "this one")
    }
    var network = settings.network
    network.frameCount = frameCount
    // Nothing is trained here, so the optimizer's state is not needed.
    var state = state
    state.optimizerSlots = [:]
    do throws(EngineError) {
      return try catalogue.makeEngine(choice, network: network, state: state, options: options)
    } catch {
      throw TrainError(error)
    }
  }
}

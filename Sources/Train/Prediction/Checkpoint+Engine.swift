package import FrameCache
package import SpikingNetwork
package import SystemPackage

extension Checkpoint {
  /// Makes an engine that runs the checkpoint's network.
  ///
  /// - Parameters:
  ///   - choice: Which engine.
  ///   - catalogue: The available engines.
  ///   - cache: The cache with its input frames; `nil` for frames that fit the network.
  ///   - frameCount: T; weights fit any.
  ///   - options: How the engine computes.
  ///   - path: The checkpoint's file, for messages.
  /// - Throws: ``TrainError`` when there is no such engine, or the network is for other frames or
  ///   classes.
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
    // Nothing is trained here, so the optimizer's memory is not needed.
    var state = state
    state.optimizerSlots = [:]
    do throws(EngineError) {
      return try catalogue.makeEngine(choice, network: network, state: state, options: options)
    } catch {
      throw TrainError(error)
    }
  }
}

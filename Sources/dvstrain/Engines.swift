import CPUEngine
import SpikingNetwork

/// The engines of this tool, the best first.
let engines = EngineCatalogue([CPUEngineFactory(), ReferenceEngineFactory(), MissingCUDAFactory()])

/// Stands where an engine for graphics cards would, and says that there is none.
private struct MissingCUDAFactory: EngineFactory {
  let name = "cuda"
  let isAutomatic = false
  let takesDevice = true

  func makeEngine(
    network: NetworkDescription, state: NetworkState, device: Int, options: EngineOptions
  ) throws(EngineError) -> any Engine {
    throw EngineError(
      "cuda:\(device): this build has no CUDA engine: -device cpu or auto trains on the processor")
  }
}

import CPUEngine
import CUDAEngine
import SpikingNetwork

/// The engines of this tool, the best first.
let engines = EngineCatalogue([CPUEngineFactory(), ReferenceEngineFactory(), CUDAEngineFactory()])

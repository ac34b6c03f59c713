import CPUEngine
import CUDAEngine
import SpikingNetwork

/// The engines of this tool, in order of preference.
let engines = EngineCatalogue([CPUEngineFactory(), ReferenceEngineFactory(), CUDAEngineFactory()])

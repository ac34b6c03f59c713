import CUDAEmulator
import SpikingNetwork

@testable import CUDAEngine

/// An emulated GPU, and how the engine uses it.
struct CUDAEmulation: CustomStringConvertible {
  /// The order in which a block's threads run.
  enum Order: Int32 {
    case forward = 0
    case reverse = 1
    case shuffled = 2
  }

  var order = Order.forward
  /// Whether sums of products are truncated, as tensor cores do.
  var truncates = false
  /// The compute capability: 10 · major + minor.
  var architecture = 90
  var instructions = ProductInstructions.tensor

  var description: String {
    "\(order), sm_\(architecture), \(instructions)\(truncates ? ", truncated sums" : "")"
  }

  func make(_ network: NetworkDescription, _ state: NetworkState) -> CUDAEngine {
    do { return try engine(network, state) } catch { preconditionFailure("\(error)") }
  }

  /// Makes an engine, or throws an error as on a real device.
  ///
  /// - Parameter change: Changes other settings of the emulated device.
  func engine(
    _ network: NetworkDescription, _ state: NetworkState, ordinal: Int = 0,
    change: (inout gpu_emulator_settings) -> Void = { _ in }
  ) throws(EngineError) -> CUDAEngine {
    var settings = gpu_emulator_defaults()
    settings.order = order.rawValue
    settings.truncates = truncates ? 1 : 0
    settings.architecture = Int32(architecture)
    change(&settings)
    unsafe gpu_emulator_set(&settings)
    return unsafe try CUDAEngine(
      network: network, state: state,
      driver: try DriverLibrary { unsafe gpu_emulator_function($0) }, ordinal: ordinal,
      instructions: instructions, image: { _ in [0] })
  }
}

extension EngineKind {
  /// The CUDA engine on an emulated GPU.
  static func cuda(_ emulation: CUDAEmulation) -> EngineKind {
    EngineKind(
      testDescription: "cuda, emulated: \(emulation)", make: { emulation.make($0, $1) },
      roundsForward: true, truncatesSums: emulation.truncates, supportsBFloat16: false,
      countsOperations: false)
  }
}

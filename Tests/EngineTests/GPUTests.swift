import FoundationEssentials
import SpikingNetwork
import Testing

@testable import CUDAEngine

/// What every engine has to compute, on a GPU that this machine has.
///
/// Runs where `DVS_GPU` is set, as `Benchmarks/gpu/lease.sh` does.
@Suite(
  "CUDA engine on a GPU",
  .enabled(if: ProcessInfo.processInfo.environment["DVS_GPU"] != nil), .serialized)
struct GPUTests {
  static func make(_ network: NetworkDescription, _ state: NetworkState) -> CUDAEngine {
    do throws(EngineError) {
      return try CUDAEngine(
        network: network, state: state, driver: try DriverLibrary.system(), ordinal: 0,
        image: KernelImage.ptx)
    } catch { preconditionFailure("\(error)") }
  }

  static let kind = EngineKind(
    testDescription: "cuda", make: { make($0, $1) }, roundsForward: true, truncatesSums: true,
    supportsBFloat16: false)

  @Test("golden: training is SpikingJelly's", arguments: GoldenFolder.files("net_"))
  func goldenTraining(_ name: String) throws {
    try GoldenNetworksTests().training(name, Self.kind)
  }

  @Test(
    "golden: evaluation is SpikingJelly's",
    arguments: GoldenNetworksTests.filesForRoundingEngines)
  func goldenEvaluation(_ name: String) throws {
    try GoldenNetworksTests().evaluation(name, Self.kind)
  }

  @Test(
    "three steps give the Reference's spikes, and its numbers but for rounding",
    arguments: EngineAgreementTests.cases)
  func agreement(_ given: EngineAgreementTests.Case) throws {
    try EngineAgreementTests().threeSteps(given, Self.kind)
  }

  @Test("all sizes give the Reference's spikes", arguments: EngineSizesTests.cases)
  func sizes(_ given: EngineSizesTests.Case) throws {
    try EngineSizesTests().agreement(given, [Self.kind])
  }
}

import FoundationEssentials
import SpikingNetwork
import Testing

@testable import CUDAEngine

/// The tests that every engine must pass, for the CUDA engine on this machine's GPU.
///
/// They run only if `DVS_GPU` is set, as `Benchmarks/gpu/lease.sh` does.
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
    supportsBFloat16: false, countsOperations: false)

  @Test("golden: training gives SpikingJelly's results", arguments: GoldenFolder.files("net_"))
  func goldenTraining(_ name: String) throws {
    try GoldenNetworksTests().training(name, Self.kind)
  }

  @Test(
    "golden: evaluation gives SpikingJelly's results",
    arguments: GoldenNetworksTests.filesForRoundingEngines)
  func goldenEvaluation(_ name: String) throws {
    try GoldenNetworksTests().evaluation(name, Self.kind)
  }

  @Test(
    "three steps give the reference's spikes, and its values up to rounding",
    arguments: EngineAgreementTests.cases)
  func agreement(_ testCase: EngineAgreementTests.Case) throws {
    try EngineAgreementTests().compareThreeSteps(testCase, [Self.kind])
  }

  @Test("all sizes give the reference's spikes", arguments: EngineSizesTests.cases)
  func sizes(_ testCase: EngineSizesTests.Case) throws {
    try EngineSizesTests().agreement(testCase, [Self.kind])
  }
}

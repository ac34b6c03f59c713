import FoundationEssentials
import SpikingNetwork
import Testing

@testable import CUDAEngine

/// What every engine has to compute, on emulated GPUs.
///
/// Their threads take long: of agreement and sizes some cases run always, all where
/// `DVS_LONG_TESTS` is set, as `make check-long` does. Sanitizers skip this suite; `Tests/kernels`
/// gives them each kernel.
@Suite("CUDA engine: what every engine has to compute")
struct CUDASharedTests {
  /// Each order of threads, products rounded and cut off, and each kind of device; cases take turns
  /// at them.
  private static let emulations = [
    CUDAEmulation(),
    CUDAEmulation(order: .reverse, truncates: true, architecture: 75),
    CUDAEmulation(order: .shuffled, truncates: true, architecture: 80),
    CUDAEmulation(order: .reverse),
    CUDAEmulation(order: .shuffled, instructions: .fma),
    CUDAEmulation(truncates: true),
  ]

  /// Cases, each with an emulated GPU.
  private static func turns<Case>(
    _ cases: [Case], from first: Int = 0
  ) -> Zip2Sequence<[Case], [EngineKind]> {
    zip(
      cases,
      cases.indices.map { .cuda(emulations[($0 + first) % emulations.count]) })
  }

  private static func some<Case>(_ cases: [Case], from first: Int = 0) -> [Case] {
    let isLong = ProcessInfo.processInfo.environment["DVS_LONG_TESTS"] != nil
    return isLong ? cases : stride(from: first, to: cases.count, by: 8).map { cases[$0] }
  }

  @Test("golden: training is SpikingJelly's", arguments: turns(GoldenFolder.files("net_")))
  func goldenTraining(_ name: String, _ kind: EngineKind) throws {
    try GoldenNetworksTests().training(name, kind)
  }

  @Test(
    "golden: evaluation is SpikingJelly's",
    arguments: turns(GoldenNetworksTests.filesForRoundingEngines, from: 2))
  func goldenEvaluation(_ name: String, _ kind: EngineKind) throws {
    try GoldenNetworksTests().evaluation(name, kind)
  }

  @Test(
    "three steps give the Reference's spikes, and its numbers but for rounding",
    arguments: turns(some(EngineAgreementTests.cases)))
  func agreement(_ given: EngineAgreementTests.Case, _ kind: EngineKind) throws {
    try EngineAgreementTests().threeSteps(given, kind)
  }

  @Test(
    "the same without tensor cores", arguments: some(EngineAgreementTests.cases, from: 5))
  func agreementWithoutTensorCores(_ given: EngineAgreementTests.Case) throws {
    try EngineAgreementTests().threeSteps(given, .cuda(CUDAEmulation(instructions: .fma)))
  }

  @Test(
    "sizes that fill no word and no block give the Reference's spikes",
    arguments: turns(some(EngineSizesTests.narrow, from: 3), from: 1))
  func sizes(_ given: EngineSizesTests.Case, _ kind: EngineKind) throws {
    try EngineSizesTests().agreement(given, [kind])
  }
}

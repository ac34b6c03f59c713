import SpikingNetwork
import Testing

@testable import CUDAEngine

/// The tests of every engine, on emulated GPUs.
///
/// Emulation is slow: every eighth case of agreement and sizes, and the first step of every golden
/// network, always run; all cases and steps are long tests. Sanitizers skip this suite;
/// `Tests/kernels` runs each kernel under them.
@Suite("CUDA engine: the tests of every engine")
struct CUDASharedTests {
  /// Combinations of thread order, rounded or truncated sums, architecture and instructions.
  private static let emulations = [
    CUDAEmulation(),
    CUDAEmulation(order: .reverse, truncates: true, architecture: 75),
    CUDAEmulation(order: .shuffled, truncates: true, architecture: 80),
    CUDAEmulation(order: .reverse),
    CUDAEmulation(order: .shuffled, instructions: .fma),
    CUDAEmulation(truncates: true),
  ]

  /// Pairs each case with an emulated GPU, round robin from an index on.
  private static func roundRobin<Case>(
    _ cases: [Case], from first: Int = 0
  ) -> Zip2Sequence<[Case], [EngineKind]> {
    zip(
      cases,
      cases.indices.map { .cuda(emulations[($0 + first) % emulations.count]) })
  }

  /// Every eighth case from an index on; all for long tests.
  private static func subset<Case>(_ cases: [Case], from first: Int = 0) -> [Case] {
    runsLongTests ? cases : stride(from: first, to: cases.count, by: 8).map { cases[$0] }
  }

  /// The golden networks of which the emulator always runs all steps.
  private static let fastestNetworks = ["net_average_pooling.h5", "net_rectangular.h5"]

  @Test(
    "golden: training gives SpikingJelly's results",
    arguments: roundRobin(GoldenFolder.files("net_")))
  func goldenTraining(_ name: String, _ kind: EngineKind) throws {
    let hasAllSteps = runsLongTests || Self.fastestNetworks.contains(name)
    try GoldenNetworksTests().training(name, kind, stepCount: hasAllSteps ? .max : 1)
  }

  @Test(
    "golden: evaluation gives SpikingJelly's results",
    arguments: roundRobin(GoldenNetworksTests.filesForRoundingEngines, from: 2))
  func goldenEvaluation(_ name: String, _ kind: EngineKind) throws {
    try GoldenNetworksTests().evaluation(name, kind)
  }

  @Test("biases of linear layers: three steps as the reference's", arguments: emulations.indices)
  func biases(_ number: Int) throws {
    let cases = EngineAgreementTests.cases.filter { testCase in
      testCase.network.blocks.linears.contains { $0.tensors.bias != nil }
    }
    try #require(cases.count == 2)
    try EngineAgreementTests().compareThreeSteps(
      cases[number % cases.count], [.cuda(Self.emulations[number])])
  }

  @Test(
    "three steps give the reference's spikes, and its values up to rounding",
    arguments: roundRobin(subset(EngineAgreementTests.cases)))
  func agreement(_ testCase: EngineAgreementTests.Case, _ kind: EngineKind) throws {
    try EngineAgreementTests().compareThreeSteps(testCase, [kind])
  }

  @Test(
    "three steps without tensor cores give the reference's spikes",
    arguments: subset(EngineAgreementTests.cases, from: 5))
  func agreementWithoutTensorCores(_ testCase: EngineAgreementTests.Case) throws {
    try EngineAgreementTests().compareThreeSteps(
      testCase, [.cuda(CUDAEmulation(instructions: .fma))])
  }

  @Test(
    "sizes that fill neither a word nor a block give the reference's spikes",
    arguments: roundRobin(subset(EngineSizesTests.narrow, from: 3), from: 1))
  func sizes(_ testCase: EngineSizesTests.Case, _ kind: EngineKind) throws {
    try EngineSizesTests().agreement(testCase, [kind])
  }
}

import FoundationEssentials
import SpikingNetwork
import Testing

/// What every engine has to compute, on an emulated GPU.
///
/// Its threads take long: some cases run always, all where `DVS_LONG_TESTS` is set, as `make
/// check-long` does. Sanitizers skip this suite; `Tests/kernels` gives them each kernel.
@Suite("CUDA engine: what every engine has to compute")
struct CUDASharedTests {
  /// The oldest device, with sums as tensor cores make them; and a later one.
  private static let oldest = EngineKind.cuda(
    CUDAEmulation(order: .reverse, truncates: true, architecture: 75))
  private static let later = EngineKind.cuda(CUDAEmulation())

  private static func some<Case>(_ cases: [Case]) -> [Case] {
    let isLong = ProcessInfo.processInfo.environment["DVS_LONG_TESTS"] != nil
    return isLong ? cases : stride(from: 0, to: cases.count, by: 8).map { cases[$0] }
  }

  @Test("golden: training is SpikingJelly's", arguments: some(GoldenFolder.files("net_")))
  func goldenTraining(_ name: String) throws {
    try GoldenNetworksTests().training(name, Self.oldest)
  }

  @Test("golden: evaluation is SpikingJelly's", arguments: some(GoldenFolder.files("net_")))
  func goldenEvaluation(_ name: String) throws {
    try GoldenNetworksTests().evaluation(name, Self.later)
  }

  @Test(
    "three steps give the Reference's spikes, and its numbers but for rounding",
    arguments: some(EngineAgreementTests.cases))
  func agreement(_ given: EngineAgreementTests.Case) throws {
    try EngineAgreementTests().threeSteps(given, Self.later)
  }
}

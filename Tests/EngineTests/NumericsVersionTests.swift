import SpikingNetwork
import Testing

@testable import CPUEngine

@Suite("Numerics versions")
struct NumericsVersionTests {
  private static let network = NetworkDescription(frameCount: 2, channelCount: 1, sideLength: 32)

  private static func engine(_ instructionSet: InstructionSet) -> CPUEngine {
    CPUEngine(
      network: network, state: NetworkState(initial: network, seed: 1), threadCount: 1,
      instructionSet: instructionSet)
  }

  @Test(
    "the CPU engine's version in float32 is the same for all instruction sets",
    arguments: InstructionSet.available)
  func float32(instructionSet: InstructionSet) {
    #expect(Self.engine(instructionSet).numerics(.float32).text == "2")
  }

  @Test(
    "the CPU engine's version in bfloat16 depends on how products are computed, not on the processor",
    arguments: InstructionSet.available)
  func bfloat16(instructionSet: InstructionSet) {
    #expect(
      Self.engine(instructionSet).numerics(.bfloat16).text
        == (instructionSet == .avx512bf16
          ? "2 (dot products of bfloat16)" : "2 (rounded to bfloat16)"))
  }

  @Test("engines that sum in a different order have different versions")
  func otherEngines() {
    let state = NetworkState(initial: Self.network, seed: 1)
    let versions = EngineKind.available.map {
      $0.make(Self.network, state).numerics(.float32).text
    }
    #expect(Set(versions) == ["2", "reference"])
  }
}

import SpikingNetwork
import Testing

@testable import CPUEngine

@Suite("A numerics version")
struct NumericsVersionTests {
  private static let network = NetworkDescription(frameCount: 2, channelCount: 1, sideLength: 32)

  private static func engine(_ instructionSet: InstructionSet) -> CPUEngine {
    CPUEngine(
      network: network, state: NetworkState(initial: network, seed: 1), threadCount: 1,
      instructionSet: instructionSet)
  }

  @Test(
    "of the CPU engine in float32 is one for all instruction sets",
    arguments: InstructionSet.available)
  func float32(instructionSet: InstructionSet) {
    #expect(Self.engine(instructionSet).numerics(.float32).text == "2")
  }

  @Test(
    "of the CPU engine in bfloat16 says how products are made, and not on which processor",
    arguments: InstructionSet.available)
  func bfloat16(instructionSet: InstructionSet) {
    #expect(
      Self.engine(instructionSet).numerics(.bfloat16).text
        == (instructionSet == .avx512bf16
          ? "2 (dot products of bfloat16)" : "2 (rounded to bfloat16)"))
  }

  @Test("of engines that sum otherwise is another")
  func otherEngines() {
    let state = NetworkState(initial: Self.network, seed: 1)
    let versions = EngineKind.available.map {
      $0.make(Self.network, state).numerics(.float32).text
    }
    #expect(Set(versions) == ["2", "2 (two processes)", "reference"])
  }
}

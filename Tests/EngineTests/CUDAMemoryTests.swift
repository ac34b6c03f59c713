import CUDAEmulator
import SpikingNetwork
import Testing

@testable import CUDAEngine

/// The device memory that the CUDA engine allocates, and its messages if there is too little.
@Suite("CUDA engine: memory")
struct CUDAMemoryTests {
  private static let network = NetworkDescription(frameCount: 4, channelCount: 8, sideLength: 32)
  private static let networks: [NetworkDescription] =
    [network]
    + [17, 3].map { frameCount in
      var network = NetworkDescription(frameCount: frameCount, channelCount: 33, sideLength: 32)
      if frameCount == 3 { network.stepMode = .singleStep }
      return network
    } + OtherNetworks.all.compactMap { try? $0.description() }

  /// Long tests add the products without tensor cores.
  private static let instructions: [ProductInstructions] =
    runsLongTests ? ProductInstructions.allCases : [.tensor]

  private func step(_ engine: CUDAEngine, _ sampleCount: Int) throws {
    let batch = EngineAgreementTests.batch(engine.network, sampleCount)
    let dropout = DropoutMasks(
      network: engine.network, sampleCount: sampleCount, seed: 1, batchNumber: 0)
    _ = try engine.accumulateGradients(batch, dropout: dropout, options: GradientOptions())
    try engine.reduceGradients()
  }

  @Test(
    "a batch allocates as much memory as predicted", arguments: networks, instructions)
  func sizes(_ network: NetworkDescription, _ instructions: ProductInstructions) throws {
    let emulation = CUDAEmulation(instructions: instructions)
    let engine = emulation.make(network, EngineAgreementTests.firingState(network))
    let before = try engine.device.memory().free
    try step(engine, 3)
    _ = try engine.evaluate(
      EngineAgreementTests.batch(network, 3), loss: .meanSquaredError)
    let expected = BatchMemory(
      network, sampleCount: 3, countByteCount: 1, instructions: instructions)
    #expect(before - (try engine.device.memory().free) == expected.byteCount)
    #expect(expected.allocatedByteCount >= expected.byteCount)
  }

  /// The error message for a batch size; `nil` if it fits.
  private func message(_ engine: CUDAEngine, _ sampleCount: Int) -> String? {
    do throws(EngineError) {
      try engine.requireMemory(sampleCount: sampleCount)
      return nil
    } catch { return error.description }
  }

  @Test("too little memory for a batch: the message names the largest that fits, and it does")
  func tooLittle() throws {
    let engine = try CUDAEmulation().engine(
      Self.network, EngineAgreementTests.firingState(Self.network)
    ) { $0.memory_bytes = 20_000_000 }
    #expect(
      message(engine, 64)
        == "cuda:0 (emulated GPU): too little memory: 24 MB needed for a batch of 64, 18 MB free; "
        + "use -b 26, or -device cpu")
    #expect(message(engine, 27) != nil && message(engine, 26) == nil)
    try step(engine, 26)
  }

  @Test("too little memory for any batch, or for the network")
  func tooLittleForAny() throws {
    let state = EngineAgreementTests.firingState(Self.network)
    let engine = try CUDAEmulation().engine(Self.network, state) { $0.memory_bytes = 4_000_000 }
    #expect(
      message(engine, 2)
        == "cuda:0 (emulated GPU): too little memory: 7 MB needed for a batch of 2, 2 MB free; "
        + "a batch of 1 needs 3 MB: use -device cpu, or a smaller network")
    #expect(
      throws: EngineError(
        "cuda:0 (emulated GPU): too little memory: 25216 bytes needed, 10000 free "
          + "(CUDA_ERROR_OUT_OF_MEMORY); use a smaller -b, or -device cpu")
    ) {
      try CUDAEmulation().engine(Self.network, state) { $0.memory_bytes = 10_000 }
    }
  }
}

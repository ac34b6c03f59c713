import SpikingNetwork
import Testing

@testable import CPUEngine

@Suite("Memory that the system does not give")
struct MissingMemoryTests {
  @Test("for a buffer ends the process with one line, not with a trap")
  func buffer() async {
    let result = await #expect(processExitsWith: .exitCode(1), observing: [\.standardErrorContent])
    {
      _ = Buffer<Float>(count: 1 << 50)
    }
    let output = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    // Sanitizers warn in a line before.
    #expect(
      output.hasSuffix(
        "dvstrain: the system gives no memory for 4503599627370496 bytes: choose a smaller -b\n"))
  }

  @Test("for a batch is noticed before an engine is made; training needs more")
  func batch() throws {
    let network = NetworkDescription(frameCount: 16, channelCount: 128)
    let evaluated = network.batchByteCount(sampleCount: 16, isTraining: false)
    let trained = network.batchByteCount(sampleCount: 16, isTraining: true)
    // The counts, and the outputs of the second convolution, as float32.
    #expect(evaluated > 16 * 16 * 2 * 128 * 128 * 4)
    #expect(trained - evaluated > 16 * 16 * 128 * 64 * 64 * 4)
    let room = evaluated + (512 << 20)
    let factory = CPUEngineFactory()
    let state = NetworkState(initial: network, seed: 1)
    #expect(throws: EngineError.self) {
      try factory.makeEngine(
        network: network, state: state, device: 0,
        options: EngineOptions(threadCount: 1, batchSize: 16, memoryByteCount: evaluated))
    }
    _ = try factory.makeEngine(
      network: network, state: state, device: 0,
      options: EngineOptions(threadCount: 1, batchSize: 16, memoryByteCount: room))
    #expect(throws: EngineError.self) {
      try factory.makeEngine(
        network: network, state: state, device: 0,
        options: EngineOptions(
          threadCount: 1, batchSize: 16, isTraining: true, memoryByteCount: room))
    }
  }
}

import CPUEngine
import SpikingNetwork
import Testing

@testable import CUDAEngine

/// Times and costs of the CUDA engine's stages, on an emulated GPU.
@Suite("CUDA engine: times and costs of its stages")
struct CUDAProfileTests {
  private static let network = NetworkDescription(frameCount: 3, channelCount: 8, sideLength: 32)
  private static var state: NetworkState { EngineAgreementTests.firingState(network) }
  private static let batch = EngineAgreementTests.batch(network, 2)

  private static func step(_ engine: any Engine) throws {
    let dropout = DropoutMasks(network: network, sampleCount: 2, seed: 1, batchNumber: 0)
    _ = try engine.accumulateGradients(batch, dropout: dropout, options: GradientOptions())
    try engine.reduceGradients()
    try engine.update(by: .adam, learningRate: 0.01)
  }

  @Test(
    "every stage of a step is timed and has a cost",
    arguments: [CUDAEmulation.Order.forward, .reverse])
  func stages(_ order: CUDAEmulation.Order) throws {
    let engine = CUDAEmulation(order: order).make(Self.network, Self.state)
    try Self.step(engine)
    #expect(engine.stageTimes.isEmpty, "timing has not been started")
    engine.resetStageTimes()
    try Self.step(engine)
    let times = engine.stageTimes
    #expect(times.allSatisfy { $0.seconds > 0 })
    let expected = CUDAStage.allCases.filter { $0 != .other }
    #expect(Set(times.map(\.stage)) == Set(expected.map(\.rawValue)))
    let layerCount = Self.network.blocks.convolutions.count + Self.network.blocks.linears.count
    for stage in [CUDAStage.product, .neurons, .outputGradient, .weightGradient, .inputGradient] {
      let layers = times.filter { $0.stage == stage.rawValue }.map(\.layer)
      #expect(layers == Array(1..<layerCount), "\(stage)")
    }
    for time in times where time.stage != CUDAStage.copies.rawValue {
      #expect(engine.cost(of: time, sampleCount: 2).byteCount > 0, "\(time)")
    }
    engine.resetStageTimes()
    #expect(engine.stageTimes.isEmpty)
  }

  @Test("fractions of inputs that are spikes equal the CPU engine's", arguments: ["MP", "AP"])
  func fractions(_ pooling: String) throws {
    let network = try NetworkDescription(
      notation: "{c8k3s1-BN-LIF-\(pooling)k2s2}*2-FC16-LIF-FC4-LIF",
      input: ImageShape(channelCount: 2, height: 17, width: 32), classCount: 4, frameCount: 3)
    let batch = EngineAgreementTests.batch(network, 2)
    let state = EngineAgreementTests.firingState(network)
    let engine = CUDAEmulation().make(network, state)
    let other = CPUEngine(network: network, state: state, threadCount: 1)
    _ = try engine.evaluate(batch, loss: .meanSquaredError)
    _ = try other.evaluate(batch, loss: .meanSquaredError)
    guard case .uint8(let counts) = batch.counts else { preconditionFailure("two bytes per count") }
    let nonzeroCount = counts.count(where: { $0 != 0 })
    #expect(engine.countFraction == Double(nonzeroCount) / Double(counts.count))
    #expect(engine.inputFractions == other.inputFractions)
    #expect(engine.inputFractions.allSatisfy { $0 > 0 })
  }

  @Test("the peak is positive and finite, and measuring it adds no stage times")
  func peak() {
    let engine = CUDAEmulation().make(Self.network, Self.state)
    let peak = engine.measurePeak()
    #expect(peak.operationsPerSecond > 0 && peak.operationsPerSecond.isFinite)
    #expect(peak.bytesPerSecond > 0 && peak.bytesPerSecond.isFinite)
    #expect(engine.stageTimes.isEmpty)
  }
}

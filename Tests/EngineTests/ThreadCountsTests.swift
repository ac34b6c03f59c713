import SpikingNetwork
import Testing

@testable import CPUEngine

/// Results must not depend on how many threads there are: fewer than shares of the work, as many,
/// or more.
@Suite("Numbers of threads")
struct ThreadCountsTests {
  /// All that an engine leaves behind.
  struct Trace: Equatable {
    var results: [BatchResult] = []
    var gradients: [[[UInt32]]] = []
    var state: NetworkState
  }

  @Test(
    "1, 2, 3, 5, 8, 32 and 33 threads give the same bits in training and evaluation",
    arguments: [Precision.float32, .bfloat16], [StepMode.multiStep, .singleStep])
  func sameBits(_ precision: Precision, _ stepMode: StepMode) throws {
    // 35 images: nearly all loops have more units than the 32 shares, so that a share has one or
    // two.
    var network = NetworkDescription(frameCount: 7, channelCount: 17, sideLength: 32)
    network.neuron.membrane = .learned(initialTau: 2)
    network.stepMode = stepMode
    // Zeros skipped; and spikes as numbers.
    for denseFraction in [Double.infinity, -1] {
      let expected = try trace(network, precision, denseFraction: denseFraction, threadCount: 1)
      #expect(expected.results.allSatisfy { $0.spikeCounts[4].contains { $0 > 0 } })
      for threadCount in [2, 3, 5, 8, 32, 33] {
        let found = try trace(
          network, precision, denseFraction: denseFraction, threadCount: threadCount)
        // Not in the expectation, which would print all of both.
        let agrees = found == expected
        #expect(agrees, "\(threadCount) threads, share \(denseFraction)")
      }
    }
  }

  private func trace(
    _ network: NetworkDescription, _ precision: Precision, denseFraction: Double, threadCount: Int
  ) throws -> Trace {
    let batch = EngineAgreementTests.batch(network, 5)
    let engine = CPUEngine(
      network: network, state: EngineAgreementTests.lively(network), threadCount: threadCount)
    engine.denseFraction = denseFraction
    var trace = Trace(state: engine.state)
    for step in 0..<2 {
      let result = try engine.accumulateGradients(
        batch,
        dropout: DropoutMasks(network: network, sampleCount: 5, seed: 1, batchNumber: step),
        options: GradientOptions(precision: precision))
      trace.results.append(result)
      trace.gradients.append(engine.gradients.map { $0.map(\.bitPattern) })
      try engine.update(by: .adam, learningRate: 0.01)
      trace.results.append(try engine.evaluate(batch, loss: .meanSquaredError))
    }
    trace.state = engine.state
    return trace
  }
}

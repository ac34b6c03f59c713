import SpikingNetwork
import Testing

@testable import CPUEngine

/// Results must not depend on how many threads there are, fewer than units of work or more, nor on
/// the instructions that they use.
@Suite("Numbers of threads, and instruction sets")
struct ThreadCountsTests {
  /// All that an engine leaves behind.
  struct Trace: Equatable {
    var results: [BatchResult] = []
    var gradients: [[[UInt32]]] = []
    var state: NetworkState
  }

  @Test(
    "1, 2, 3, 5, 8, 32 and 33 threads, and all instruction sets, give the same bits in training and evaluation",
    arguments: [Precision.float32, .bfloat16], [StepMode.multiStep, .singleStep])
  func sameBits(_ precision: Precision, _ stepMode: StepMode) throws {
    var network = NetworkDescription(frameCount: 7, channelCount: 17, sideLength: 32)
    network.neuron.membrane = .learned(initialTau: 2)
    network.stepMode = stepMode
    // Products of bfloat16 are those of one instruction set.
    let (products, others) = InstructionSet.available.divided { $0.multipliesBFloat16 }
    let groups = precision == .float32 ? [products + others] : [products, others]
    for instructionSets in groups where !instructionSets.isEmpty {
      // Zeros skipped; and spikes as numbers.
      for denseFraction in [Double.infinity, -1] {
        let way = (precision, denseFraction)
        let expected = try trace(network, way, instructionSets[0], threadCount: 1)
        #expect(expected.results.allSatisfy { $0.spikeCounts[4].contains { $0 > 0 } })
        let variations =
          [2, 3, 5, 8, 32, 33].map { (instructionSets[0], $0) }
          + instructionSets.dropFirst().flatMap { [($0, 1), ($0, 3)] }
        for (instructionSet, threadCount) in variations {
          let found = try trace(network, way, instructionSet, threadCount: threadCount)
          // Not in the expectation, which would print all of both.
          let agrees = found == expected
          #expect(agrees, "\(instructionSet), \(threadCount) threads, share \(denseFraction)")
        }
      }
    }
  }

  private func trace(
    _ network: NetworkDescription, _ way: (precision: Precision, denseFraction: Double),
    _ instructionSet: InstructionSet, threadCount: Int
  ) throws -> Trace {
    let batch = EngineAgreementTests.batch(network, 5)
    let engine = CPUEngine(
      network: network, state: EngineAgreementTests.lively(network), threadCount: threadCount,
      instructionSet: instructionSet)
    engine.denseFraction = way.denseFraction
    var trace = Trace(state: engine.state)
    for step in 0..<2 {
      let result = try engine.accumulateGradients(
        batch,
        dropout: DropoutMasks(network: network, sampleCount: 5, seed: 1, batchNumber: step),
        options: GradientOptions(precision: way.precision))
      trace.results.append(result)
      trace.gradients.append(engine.gradients.map { $0.map(\.bitPattern) })
      try engine.update(by: .adam, learningRate: 0.01)
      trace.results.append(try engine.evaluate(batch, loss: .meanSquaredError))
    }
    trace.state = engine.state
    return trace
  }
}

extension Array {
  /// Those for which a condition holds, and the others, in their order.
  fileprivate func divided(by condition: (Element) -> Bool) -> ([Element], [Element]) {
    (filter(condition), filter { !condition($0) })
  }
}

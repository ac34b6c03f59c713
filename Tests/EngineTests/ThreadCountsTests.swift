import SpikingNetwork
import Testing

@testable import CPUEngine

/// Results must not depend on the number of threads, whether below or above the units of work, or
/// on the instruction set.
@Suite("Thread counts and instruction sets")
struct ThreadCountsTests {
  /// All results and the final state of an engine.
  struct Trace: Equatable {
    var results: [BatchResult] = []
    var gradients: [[[UInt32]]] = []
    var state: NetworkState
  }

  @Test(
    "1 to 33 threads, and all instruction sets, give the same bits in training and evaluation",
    arguments: [Precision.float32, .bfloat16], [StepMode.multiStep, .singleStep])
  func sameBits(_ precision: Precision, _ stepMode: StepMode) throws {
    var network = NetworkDescription(frameCount: 7, channelCount: 17, sideLength: 32)
    network.neuron.membrane = .learned(initialTau: 2)
    network.stepMode = stepMode
    // Only one instruction set multiplies bfloat16; the others emulate it and give different bits.
    let (products, others) = InstructionSet.available.partitioned { $0.multipliesBFloat16 }
    let groups = precision == .float32 ? [products + others] : [products, others]
    for instructionSets in groups where !instructionSets.isEmpty {
      // Spikes as bits (zeros are skipped), then as float32.
      for denseFraction in [Double.infinity, -1] {
        let options = (precision, denseFraction)
        let expected = try trace(network, options, instructionSets[0], threadCount: 1)
        #expect(expected.results.allSatisfy { $0.spikeCounts[4].contains { $0 > 0 } })
        let variations =
          [2, 3, 5, 8, 32, 33].map { (instructionSets[0], $0) }
          + instructionSets.dropFirst().flatMap { [($0, 1), ($0, 3)] }
        for (instructionSet, threadCount) in variations {
          let found = try trace(network, options, instructionSet, threadCount: threadCount)
          // Compared outside the expectation, which would print both traces.
          let agrees = found == expected
          #expect(
            agrees, "\(instructionSet), \(threadCount) threads, dense fraction \(denseFraction)")
        }
      }
    }
  }

  private func trace(
    _ network: NetworkDescription, _ options: (precision: Precision, denseFraction: Double),
    _ instructionSet: InstructionSet, threadCount: Int
  ) throws -> Trace {
    let batch = EngineAgreementTests.batch(network, 5)
    let engine = CPUEngine(
      network: network, state: EngineAgreementTests.firingState(network), threadCount: threadCount,
      instructionSet: instructionSet)
    engine.denseFraction = options.denseFraction
    var trace = Trace(state: engine.state)
    for step in 0..<2 {
      let result = try engine.accumulateGradients(
        batch,
        dropout: DropoutMasks(network: network, sampleCount: 5, seed: 1, batchNumber: step),
        options: GradientOptions(precision: options.precision))
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
  /// The elements for which a condition holds, and the others, each in their order.
  fileprivate func partitioned(by condition: (Element) -> Bool) -> ([Element], [Element]) {
    (filter(condition), filter { !condition($0) })
  }
}

import RandomStreams
import SpikingNetwork
import Testing

/// Every engine against the reference for cases without golden files: odd sizes, rare settings.
@Suite("Engines against the reference")
struct EngineAgreementTests {
  /// A network, batch and options that differ from the other cases.
  struct Case: CustomTestStringConvertible, Sendable {
    var network: NetworkDescription
    var sampleCount = 2
    var loss = Loss.meanSquaredError
    var optimizer = Optimizer.adam
    var precision = Precision.float32
    var frameCounts: [Int]?
    /// Chosen so that no membrane is so close to the threshold that rounding decides a spike.
    var seed: UInt64 = 11
    let testDescription: String
  }

  static let cases: [Case] = {
    func small(_ channels: Int, _ steps: Int) -> NetworkDescription {
      NetworkDescription(frameCount: steps, channelCount: channels, sideLength: 32)
    }
    var cases = [
      Case(network: small(1, 1), sampleCount: 1, testDescription: "1 channel, T 1, batch 1"),
      Case(network: small(3, 2), sampleCount: 3, testDescription: "3 channels, T 2, batch 3"),
      Case(network: small(24, 5), testDescription: "24 channels, T 5"),
      Case(network: small(33, 3), testDescription: "33 channels, T 3"),
      Case(network: small(8, 16), loss: .crossEntropy, testDescription: "cross-entropy, T 16"),
      Case(network: small(8, 4), precision: .bfloat16, testDescription: "bfloat16"),
      Case(
        network: small(8, 4), optimizer: .adamW(weightDecay: 0.01), testDescription: "AdamW"),
      Case(
        network: small(8, 4), frameCounts: [3, 0], testDescription: "padding, and no frames at all"),
      Case(
        network: NetworkDescription(frameCount: 2, channelCount: 5, sideLength: 96),
        sampleCount: 1, seed: 12, testDescription: "side 96"),
    ]
    for (name, neuron) in [
      ("PLIF, soft", NeuronDescription(membrane: .learned(initialTau: 3), resetPotential: nil)),
      ("attached, τ 3", NeuronDescription(membrane: .fixed(tau: 3), detachesReset: false)),
      (
        "no decay, reset −0.3",
        NeuronDescription(
          membrane: .learned(initialTau: 1.5), threshold: 0.7, resetPotential: -0.3,
          decaysInput: false)
      ),
      ("sigmoid", NeuronDescription(surrogate: .sigmoid(alpha: 4))),
    ] {
      let network = NetworkDescription(
        frameCount: 4, channelCount: 6, sideLength: 32, neuron: neuron, pooling: .average,
        stepMode: .singleStep)
      cases.append(
        Case(
          network: network, optimizer: .sgd(momentum: 0.9),
          testDescription: "\(name), average pooling, single-step"))
    }
    for (number, other) in OtherNetworks.all.enumerated() {
      guard var network = try? other.description() else { continue }
      network.stepMode = number % 2 == 0 ? .multiStep : .singleStep
      cases.append(
        Case(
          network: network, sampleCount: other.sampleCount,
          precision: number % 3 == 0 ? .bfloat16 : .float32,
          testDescription: "\(other.notation) on \(other.input)"))
    }
    return cases
  }()

  static func batch(
    _ network: NetworkDescription, _ sampleCount: Int, frameCounts: [Int]? = nil,
    seed: UInt64 = 11
  ) -> LabelledFrames {
    var words = SplitMix64(seed: seed)
    let count = sampleCount * network.frameCount * network.input.valueCount
    let counts = (0..<count).map { _ in
      words.integer(below: 4) == 0 ? UInt8(words.integer(below: 6)) : 0
    }
    return LabelledFrames(
      counts: .uint8(counts), labels: (0..<sampleCount).map { UInt16($0 * 5 % network.classCount) },
      frameCounts: frameCounts ?? (0..<sampleCount).map { _ in network.frameCount })
  }

  /// Weights large enough that every layer fires, also in evaluation.
  static func firingState(_ network: NetworkDescription) -> NetworkState {
    var state = NetworkState(initial: network, seed: 5)
    for (index, parameter) in network.parameters.enumerated() {
      switch parameter.role {
      case .normWeight: state.parameters[index] = state.parameters[index].map { $0 * 2 }
      case .normBias: state.parameters[index] = state.parameters[index].map { _ in 0.4 }
      case .weight where parameter.name.hasPrefix("fc"), .bias:
        state.parameters[index] = state.parameters[index].map { $0 * 6 }
      default: break
      }
    }
    for (index, statistic) in network.statistics.enumerated()
    where statistic.role == .runningVariance {
      state.statistics[index] = state.statistics[index].map { _ in 0.1 }
    }
    return state
  }

  @Test("three steps give the reference's spikes, and its values up to rounding", arguments: cases)
  func threeSteps(_ testCase: Case) throws {
    try compareThreeSteps(testCase, EngineKind.otherThanReference)
  }

  /// All engines at once, as the reference is by far the slowest.
  func compareThreeSteps(_ testCase: Case, _ kinds: [EngineKind]) throws {
    let state = Self.firingState(testCase.network)
    let reference = EngineKind.reference.make(testCase.network, state)
    let engines = kinds.filter { testCase.precision == .float32 || $0.supportsBFloat16 }.map {
      ComparedEngine(kind: $0, engine: $0.make(testCase.network, state))
    }
    let batch = Self.batch(
      testCase.network, testCase.sampleCount, frameCounts: testCase.frameCounts, seed: testCase.seed
    )
    for step in 0..<3 {
      let dropout = DropoutMasks(
        network: testCase.network, sampleCount: testCase.sampleCount, seed: 3, batchNumber: step)
      let options = GradientOptions(loss: testCase.loss, precision: testCase.precision, scale: 0.5)
      // Gradients of two batches accumulate before each optimizer step.
      for _ in 0..<2 {
        let expected = try reference.accumulateGradients(batch, dropout: dropout, options: options)
        #expect(
          expected.spikeCounts[testCase.network.blocks.convolutions.count - 1].contains { $0 > 0 },
          "otherwise little is compared")
        for compared in engines {
          let found = try compared.engine.accumulateGradients(
            batch, dropout: dropout, options: options)
          let name = "\(compared.name), step \(step)"
          #expect(found.spikeCounts == expected.spikeCounts, "\(name)")
          #expect(largestDifference(found.rates, expected.rates) <= 1e-6, "\(name)")
          #expect(abs(found.loss - expected.loss) <= 1e-6, "\(name)")
        }
      }
      for compared in engines {
        expectGradients(compared, reference, testCase, "\(compared.name), step \(step)")
      }
      // All continue from the same state, so that rounding errors do not accumulate.
      try reference.update(by: testCase.optimizer, learningRate: 0.01)
      for compared in engines {
        try compared.engine.update(by: testCase.optimizer, learningRate: 0.01)
        expectParameters(compared, reference, testCase, "\(compared.name), step \(step)")
        compared.engine.state = reference.state
      }
    }
    let expected = try reference.evaluate(batch, loss: testCase.loss)
    #expect(expected.spikeCounts[0].contains { $0 > 0 }, "otherwise little is compared")
    for compared in engines {
      let found = try compared.engine.evaluate(batch, loss: testCase.loss)
      #expect(found.rates == expected.rates, "\(compared.name)")
      #expect(found.spikeCounts == expected.spikeCounts, "\(compared.name)")
      expectOperations(found, expected, compared.kind)
      // The mean of the losses of two halves may differ in the last bit.
      #expect(abs(found.loss - expected.loss) <= 1e-14, "\(compared.name)")
    }
  }

  private struct ComparedEngine {
    let kind: EngineKind
    let engine: any Engine

    var name: String { kind.testDescription }
  }

  /// Statistics of batch norm, and gradients.
  private func expectGradients(
    _ compared: ComparedEngine, _ reference: any Engine, _ testCase: Case, _ when: String
  ) {
    let engine = compared.engine
    for (index, statistic) in testCase.network.statistics.enumerated() {
      let error = relativeError(engine.state.statistics[index], reference.state.statistics[index])
      #expect(error <= 1e-5, "\(when), \(statistic.name)")
    }
    for (index, parameter) in testCase.network.parameters.enumerated() {
      let error = relativeError(engine.gradients[index], reference.gradients[index])
      let bound =
        testCase.precision == .float32
        ? 1e-4 : Self.bfloat16Bound(index, testCase.network, compared.kind)
      #expect(error <= bound, "\(when), gradient of \(parameter.name)")
    }
  }

  private func expectParameters(
    _ compared: ComparedEngine, _ reference: any Engine, _ testCase: Case, _ when: String
  ) {
    for (index, parameter) in testCase.network.parameters.enumerated() {
      // Adam's steps have about the same length for all gradients, so rounding errors of tiny
      // gradients matter.
      let bound =
        testCase.precision == .float32 ? 2e-3 : compared.kind.roundsProducts ? 6e-2 : 3e-2
      let error = relativeError(
        compared.engine.state.parameters[index], reference.state.parameters[index])
      #expect(error <= bound, "\(when), \(parameter.name)")
    }
  }

  /// The same synaptic operations, of an engine that counts them.
  private func expectOperations(
    _ found: BatchResult, _ expected: BatchResult, _ kind: EngineKind
  ) {
    #expect(expected.synapticOperations.count == expected.spikeCounts.count)
    #expect(expected.synapticOperations[0] > 0)
    let isCounted = !found.synapticOperations.isEmpty
    #expect(!isCounted || found.synapticOperations == expected.synapticOperations)
    #expect(isCounted == kind.countsOperations)
  }

  /// The bound of a gradient's relative error with rounding to bfloat16.
  ///
  /// Rounding can turn an error in the last bit of float32 into 1/256 of a value. If products are
  /// rounded once more, F(4×4, 3×3) gives a gradient an error of 1.1 % in each convolution that it
  /// passes (``InputGradientRoundingTests``). These errors add up like the steps of a random walk,
  /// so they grow with the square root of the number of convolutions. Batch norm's gradients are
  /// few sums whose terms nearly cancel, so their bound is larger.
  private static func bfloat16Bound(
    _ parameter: Int, _ network: NetworkDescription, _ kind: EngineKind
  ) -> Double {
    let convolutions = network.blocks.convolutions
    guard kind.roundsProducts,
      let block = convolutions.last(where: { $0.tensors.weight <= parameter }),
      block.index < convolutions.count - 1
    else { return 2e-3 }
    let convolutionCount = Double(convolutions.count - 1 - block.index)
    return block.tensors.weight == parameter ? 0.015 * convolutionCount.squareRoot() : 0.06
  }

  @Test("the first parameter whose gradient is not finite is found")
  func nonFinite() throws {
    let network = NetworkDescription(frameCount: 2, channelCount: 2, sideLength: 32)
    let batch = Self.batch(network, 2)
    let dropout = DropoutMasks(network: network, sampleCount: 2, seed: 1, batchNumber: 0)
    for kind in EngineKind.available {
      // An infinite weight makes all gradients before it NaN.
      var state = Self.firingState(network)
      state.parameters[3][0] = .infinity
      let engine = kind.make(network, state)
      #expect(engine.firstParameterWithNonFiniteGradient() == nil)
      _ = try engine.accumulateGradients(batch, dropout: dropout, options: GradientOptions())
      #expect(engine.firstParameterWithNonFiniteGradient() == "conv.0.weight", "\(kind)")
      // Large inputs and small weights, so that only the gradient with respect to the last weights
      // is out of range.
      state = Self.firingState(network)
      state.parameters[16] = state.parameters[16].map { $0 * 1e-30 }
      var large = dropout
      large.factors[1] = large.factors[1].map { _ in 1e30 }
      engine.state = state
      #expect(
        engine.firstParameterWithNonFiniteGradient() == nil, "a new state resets the gradients")
      _ = try engine.accumulateGradients(
        batch, dropout: large, options: GradientOptions(scale: 1e12))
      #expect(engine.firstParameterWithNonFiniteGradient() == "fc.5.weight", "\(kind)")
    }
  }
}

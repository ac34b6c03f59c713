import SpikingNetwork
import Support
import Testing

@testable import CPUEngine

/// The CPU engine against the reference at sizes that are not multiples of vector, word or tile,
/// and at full width.
///
/// With ``ExactWeights`` all spikes must be the same for any seed; other tests cover rounding.
@Suite("Sizes against the reference")
struct EngineSizesTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var network: NetworkDescription
    var sampleCount: Int
    /// The seed of the weights, chosen so that all layers fire and dropout keeps some features.
    var seed: UInt64

    var testDescription: String {
      let neuron = network.neuron
      return [
        "\(network.notation) on \(network.input), T \(network.frameCount), batch \(sampleCount)",
        network.stepMode == .singleStep ? "single-step" : nil,
        neuron.resetPotential == nil ? "soft reset" : nil,
        neuron.detachesReset ? nil : "attached",
        neuron.decaysInput ? nil : "no decay",
      ].compactMap { $0 }.joined(separator: ", ")
    }
  }

  /// Every width with every T and batch size, but only some for the widest networks, for which the
  /// reference is slow.
  static let cases = narrow + wide

  /// Cases that take little time.
  static let narrow: [Case] = {
    var cases: [Case] = []
    let seeds: [Int: [UInt64]] = [
      1: [25, 2, 15, 5, 6, 1, 6, 1], 3: [4, 2, 2, 1, 1, 1, 1, 1], 24: [2],
    ]
    for (number, channelCount) in [1, 3, 8, 24, 33].enumerated() {
      for (index, frameCount) in [1, 2, 5, 16].enumerated() {
        for (batchIndex, sampleCount) in [1, 3].enumerated() {
          // Each T and batch size is combined with other settings at each width.
          var testCase = makeCase(
            channelCount, frameCount, sampleCount, 2 * index + batchIndex + 3 * number)
          testCase.seed = seeds[channelCount]?.dropFirst(2 * index + batchIndex).first ?? 1
          cases.append(testCase)
        }
      }
    }
    return cases + others
  }()

  private static let wide: [Case] = {
    // With this many time steps of full-size images, the gradients of three samples do not fit in
    // memory together.
    let long = makeCase(2, 128, 3, 1, sideLength: 128)
    guard !hasSanitizer else { return [makeCase(128, 1, 3, 0), makeCase(160, 2, 1, 1)] }
    return [
      long,
      makeCase(128, 1, 3, 0), makeCase(128, 2, 1, 3), makeCase(128, 5, 1, 5),
      makeCase(128, 16, 1, 4),
      makeCase(160, 1, 1, 6), makeCase(160, 2, 1, 1), makeCase(160, 1, 3, 7),
    ]
  }()

  private static let others: [Case] = OtherNetworks.all.map { other in
    do throws(NotationError) {
      return Case(
        network: try other.description(), sampleCount: other.sampleCount, seed: other.seed)
    } catch {
      preconditionFailure("\(other.notation): \(error)")
    }
  }

  /// - Parameter setting: Any number; it selects one of eight combinations of settings, modulo 8.
  private static func makeCase(
    _ channelCount: Int, _ frameCount: Int, _ sampleCount: Int, _ setting: Int,
    sideLength: Int? = nil
  ) -> Case {
    // Narrow networks are larger, since dropout must keep some features and there are only (side /
    // 32)² per channel.
    let bits = setting % 8
    let neuron =
      [
        NeuronDescription(),
        NeuronDescription(membrane: .learned(initialTau: 3)),
        NeuronDescription(membrane: .learned(initialTau: 2), resetPotential: nil),
        NeuronDescription(resetPotential: nil, detachesReset: false),
        NeuronDescription(membrane: .learned(initialTau: 2), resetPotential: -0.25),
        NeuronDescription(membrane: .fixed(tau: 3), detachesReset: false),
        NeuronDescription(decaysInput: false),
        NeuronDescription(membrane: .learned(initialTau: 1.5), decaysInput: false),
      ][bits]
    let network = NetworkDescription(
      frameCount: frameCount, channelCount: channelCount,
      sideLength: sideLength ?? (channelCount < 8 ? 64 : 32), neuron: neuron,
      pooling: bits & 2 == 0 ? .maximum : .average,
      stepMode: (bits ^ bits >> 2) & 1 == 0 ? .multiStep : .singleStep)
    return Case(network: network, sampleCount: sampleCount, seed: 1)
  }

  /// The results of an engine for a batch in training, and then in evaluation with the updated
  /// statistics.
  struct Outcome {
    let training: BatchResult
    let gradients: [[Float]]
    let statistics: [[Float]]
    let normUpdateCount: Int
    let evaluation: BatchResult

    init(_ testCase: Case, _ engine: any Engine) throws {
      let network = testCase.network
      let batch = EngineAgreementTests.batch(network, testCase.sampleCount)
      training = try engine.accumulateGradients(
        batch,
        dropout: DropoutMasks(
          network: network, sampleCount: testCase.sampleCount, seed: 3, batchNumber: 0),
        options: GradientOptions())
      gradients = engine.gradients
      statistics = engine.state.statistics
      normUpdateCount = engine.state.normUpdateCount
      evaluation = try engine.evaluate(batch, loss: .meanSquaredError)
    }
  }

  @Test(
    "every configuration gives the reference's spikes, rates and loss, and its gradients up to rounding",
    arguments: cases)
  func agreement(_ testCase: Case) throws {
    try agreement(testCase, EngineKind.allConfigurations)
  }

  func agreement(_ testCase: Case, _ kinds: [EngineKind]) throws {
    let network = testCase.network
    let state = ExactWeights.state(of: network, seed: testCase.seed)
    let expected = try Outcome(testCase, ReferenceEngine(network: network, state: state))
    expectActivity(testCase, expected)
    let sums: [ParameterDescription.Role] = [.normWeight, .normBias, .membrane]
    for kind in kinds {
      let found = try Outcome(testCase, kind.make(network, state))
      for (found, expected) in [
        (found.training, expected.training), (found.evaluation, expected.evaluation),
      ] {
        #expect(found.spikeCounts == expected.spikeCounts, "\(kind.testDescription)")
        #expect(found.rates == expected.rates, "\(kind.testDescription)")
        // The mean of the losses of two halves may differ in the last bit.
        #expect(abs(found.loss - expected.loss) <= 1e-14, "\(kind.testDescription)")
      }
      #expect(found.normUpdateCount == expected.normUpdateCount, "\(kind.testDescription)")
      for (index, statistic) in network.statistics.enumerated() {
        // The sums are the same; their means in float64 may differ in the last bit.
        let error = relativeError(found.statistics[index], expected.statistics[index])
        #expect(error <= 1e-7, "\(kind.testDescription), \(statistic.name)")
      }
      for (index, parameter) in network.parameters.enumerated() {
        let error = relativeError(found.gradients[index], expected.gradients[index])
        // F(4×4, 3×3) has a rounding error of at most 3e-6 in each of up to four layers, and up to
        // 100 000 products are summed in float32. A gradient that is a sum over a whole layer may
        // nearly cancel, and in a narrow layer no larger values outweigh its error. So gradients of
        // few values have a larger bound here, and those of all layers are compared together below.
        let bound = parameter.valueCount < 8 ? 1e-2 : 1e-4
        #expect(error <= bound, "\(kind.testDescription), gradient of \(parameter.name)")
      }
      for role in sums {
        let indices = network.parameters.indices.filter { network.parameters[$0].role == role }
        let error = relativeError(
          indices.flatMap { found.gradients[$0] }, indices.flatMap { expected.gradients[$0] })
        #expect(error <= 1e-4, "\(kind.testDescription), gradients of all \(role)")
      }
    }
  }

  private func expectActivity(_ testCase: Case, _ expected: Outcome) {
    for (layer, counts) in expected.training.spikeCounts.enumerated() {
      #expect(counts.contains { $0 > 0 }, "layer \(layer) does not fire")
    }
    for (layer, counts) in expected.evaluation.spikeCounts
      .prefix(testCase.network.blocks.convolutions.count).enumerated()
    {
      #expect(counts.contains { $0 > 0 }, "layer \(layer) does not fire in evaluation")
    }
    // With a single time step nothing leaks from the membrane unless the input decays.
    let hasNoLeak = testCase.network.frameCount == 1 && !testCase.network.neuron.decaysInput
    for (gradient, parameter) in zip(expected.gradients, testCase.network.parameters)
    where parameter.role != .membrane || !hasNoLeak {
      #expect(gradient.contains { $0 != 0 }, "\(parameter.name) has no gradient")
    }
  }
}

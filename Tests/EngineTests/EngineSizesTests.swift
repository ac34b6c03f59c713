import SpikingNetwork
import Testing

@testable import CPUEngine

/// The CPU engine against the Reference at sizes that fill no vector, no word and no tile, and at
/// full width.
///
/// With ``ExactWeights`` all spikes must be the same, whatever the seed; how rounding matters is
/// for other tests.
@Suite("Sizes against the Reference")
struct EngineSizesTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var network: NetworkDescription
    var sampleCount: Int
    /// Of the weights: one with which all layers fire and dropout lets some of it pass.
    var seed: UInt64

    var testDescription: String {
      let neuron = network.neuron
      return [
        "\(network.notation) on \(network.input), T \(network.frameCount), batch \(sampleCount)",
        network.stepMode == .singleStep ? "step by step" : nil,
        neuron.resetPotential == nil ? "soft reset" : nil,
        neuron.detachesReset ? nil : "attached",
        neuron.decaysInput ? nil : "no decay",
      ].compactMap { $0 }.joined(separator: ", ")
    }
  }

  /// Every width with every T and batch; of the widest some, since the Reference takes long for an
  /// image.
  static let cases = narrow + wide

  /// Those that take no time.
  static let narrow: [Case] = {
    var cases: [Case] = []
    let seeds: [Int: [UInt64]] = [
      1: [25, 2, 15, 5, 6, 1, 6, 1], 3: [4, 2, 2, 1, 1, 1, 1, 1], 24: [2],
    ]
    for (number, channelCount) in [1, 3, 8, 24, 33].enumerated() {
      for (place, frameCount) in [1, 2, 5, 16].enumerated() {
        for (half, sampleCount) in [1, 3].enumerated() {
          // Each T and batch meets other settings at each width.
          var given = given(channelCount, frameCount, sampleCount, 2 * place + half + 3 * number)
          given.seed = seeds[channelCount]?.dropFirst(2 * place + half).first ?? 1
          cases.append(given)
        }
      }
    }
    return cases + others
  }()

  private static let wide: [Case] = {
    // So many steps of images of full size that the gradients of three samples do not fit in memory
    // at a time.
    let long = given(2, 128, 3, 1, sideLength: 128)
    return [
      long,
      given(128, 1, 3, 0), given(128, 2, 1, 3), given(128, 5, 1, 5), given(128, 16, 1, 4),
      given(160, 1, 1, 6), given(160, 2, 1, 1), given(160, 1, 3, 7),
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

  /// - Parameter setting: Any number; eight in a row are unlike each other.
  private static func given(
    _ channelCount: Int, _ frameCount: Int, _ sampleCount: Int, _ setting: Int,
    sideLength: Int? = nil
  ) -> Case {
    // Dropout must leave some of the narrow ones' features, of which there are (side / 32)² a
    // channel.
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

  /// What an engine makes of a batch in training, and then in evaluation with the statistics of
  /// that.
  struct Outcome {
    let training: BatchResult
    let gradients: [[Float]]
    let statistics: [[Float]]
    let normUpdateCount: Int
    let evaluation: BatchResult

    init(_ given: Case, _ engine: any Engine) throws {
      let network = given.network
      let batch = EngineAgreementTests.batch(network, given.sampleCount)
      training = try engine.accumulateGradients(
        batch,
        dropout: DropoutMasks(
          network: network, sampleCount: given.sampleCount, seed: 3, batchNumber: 0),
        options: GradientOptions())
      gradients = engine.gradients
      statistics = engine.state.statistics
      normUpdateCount = engine.state.normUpdateCount
      evaluation = try engine.evaluate(batch, loss: .meanSquaredError)
    }
  }

  @Test(
    "every way to compute gives the Reference's spikes, rates and loss, its gradients but for rounding",
    arguments: cases)
  func agreement(_ given: Case) throws {
    try agreement(given, EngineKind.everyWay)
  }

  func agreement(_ given: Case, _ kinds: [EngineKind]) throws {
    let network = given.network
    let state = ExactWeights.state(of: network, seed: given.seed)
    let expected = try Outcome(given, ReferenceEngine(network: network, state: state))
    expectThatAllIsCompared(given, expected)
    let sums: [ParameterDescription.Role] = [.normWeight, .normBias, .membrane]
    for kind in kinds {
      let found = try Outcome(given, kind.make(network, state))
      for (found, expected) in [
        (found.training, expected.training), (found.evaluation, expected.evaluation),
      ] {
        #expect(found.spikeCounts == expected.spikeCounts, "\(kind.testDescription)")
        #expect(found.rates == expected.rates, "\(kind.testDescription)")
        // The mean of two halves' losses may differ in the last bit.
        #expect(abs(found.loss - expected.loss) <= 1e-14, "\(kind.testDescription)")
      }
      #expect(found.normUpdateCount == expected.normUpdateCount, "\(kind.testDescription)")
      for (place, statistic) in network.statistics.enumerated() {
        // The same sums, of which the engines' float64 means may differ in the last bit.
        let error = relativeError(found.statistics[place], expected.statistics[place])
        #expect(error <= 1e-7, "\(kind.testDescription), \(statistic.name)")
      }
      for (place, parameter) in network.parameters.enumerated() {
        let error = relativeError(found.gradients[place], expected.gradients[place])
        // F(4×4, 3×3) rounds by 3e-6 at most, in up to four layers; up to 100 000 products are
        // added in float32. Of a sum over a whole layer little is left where its parts nearly
        // cancel, and a narrow layer has no larger ones beside it: below, those of all layers are
        // together.
        let bound = parameter.valueCount < 8 ? 1e-2 : 1e-4
        #expect(error <= bound, "\(kind.testDescription), gradient of \(parameter.name)")
      }
      for role in sums {
        let places = network.parameters.indices.filter { network.parameters[$0].role == role }
        let error = relativeError(
          places.flatMap { found.gradients[$0] }, places.flatMap { expected.gradients[$0] })
        #expect(error <= 1e-4, "\(kind.testDescription), gradients of all \(role)")
      }
    }
  }

  private func expectThatAllIsCompared(_ given: Case, _ expected: Outcome) {
    for (layer, counts) in expected.training.spikeCounts.enumerated() {
      #expect(counts.contains { $0 > 0 }, "layer \(layer) does not fire")
    }
    for (layer, counts) in expected.evaluation.spikeCounts
      .prefix(given.network.blocks.convolutions.count).enumerated()
    {
      #expect(counts.contains { $0 > 0 }, "layer \(layer) does not fire in evaluation")
    }
    // A membrane has nothing to leak in the only step, unless the input leaks.
    let isWithoutLeak = given.network.frameCount == 1 && !given.network.neuron.decaysInput
    for (gradient, parameter) in zip(expected.gradients, given.network.parameters)
    where parameter.role != .membrane || !isWithoutLeak {
      #expect(gradient.contains { $0 != 0 }, "\(parameter.name) has no gradient")
    }
  }
}

import SpikingNetwork
import Testing

/// Whole networks in every engine against results of SpikingJelly.
///
/// The bounds are the differences between float64 and float32 with a margin; see
/// `Fixtures/README.md`.
@Suite("Golden networks")
struct GoldenNetworksTests {
  @Test("the folder contains networks, and every file is read by a test")
  func everyFileIsRead() throws {
    let read =
      GoldenFolder.files("net_") + GoldenFolder.files("lif_", "plif_")
      + GoldenFolder.files("conv_bn_") + GoldenFolder.files("maxpool_")
    #expect(!GoldenFolder.files("net_").isEmpty)
    #expect(try GoldenFolder.directoryNames().sorted() == read.sorted())
  }

  @Test(
    "golden: rates, spikes, gradients, statistics, updates and losses are SpikingJelly's",
    arguments: GoldenFolder.files("net_"), EngineKind.available)
  func training(_ name: String, _ kind: EngineKind) throws {
    try training(name, kind, stepCount: .max)
  }

  /// Trains for the golden file's steps, or the first of them.
  func training(_ name: String, _ kind: EngineKind, stepCount: Int) throws {
    let golden = try GoldenNetwork(name)
    let engine = kind.make(golden.network, golden.initial)
    for (step, expectedLoss) in golden.losses.prefix(stepCount).enumerated() {
      let result = try engine.accumulateGradients(
        golden.batch, dropout: golden.dropout, options: GradientOptions())
      #expect(abs(result.loss - expectedLoss) <= 1e-5, "step \(step + 1)")
      if step == 0 {
        #expect(largestDifference(result.rates, golden.firstRates) <= 1e-6)
        #expect(result.spikeCounts == golden.firstSpikeCounts)
        let names = golden.network.parameters.map(\.name)
        for (index, gradient) in engine.gradients.enumerated() {
          let error = relativeError(gradient, golden.firstGradients[index])
          #expect(error <= 1e-4, "gradient of \(names[index])")
        }
        for (index, values) in engine.state.statistics.enumerated() {
          #expect(
            relativeError(values, golden.firstStatistics[index]) <= 1e-5,
            "\(golden.network.statistics[index].name)")
        }
      }
      try engine.update(by: golden.optimizer, learningRate: golden.learningRate)
      let expected = step == 0 ? golden.firstParameters : golden.finalParameters
      guard step == 0 || step == golden.losses.count - 1 else { continue }
      for (index, values) in engine.state.parameters.enumerated() {
        #expect(
          relativeError(values, expected[index]) <= (kind.truncatesSums ? 2e-4 : 1e-4),
          "\(golden.network.parameters[index].name) after step \(step + 1)")
      }
    }
  }

  /// In the excluded file, a membrane is within 5e-8 of the threshold: less than the rounding error
  /// of engines that do not compute convolutions as plain sums.
  static let filesForRoundingEngines = GoldenFolder.files("net_").filter {
    $0 != "net_lif_c8_sgd.h5"
  }

  @Test(
    "golden: evaluation gives SpikingJelly's rates and spikes",
    // F(2×2, 3×3) is used in training only: see filesForRoundingEngines.
    arguments: GoldenFolder.files("net_"), EngineKind.available.filter { !$0.roundsForward })
  func evaluation(_ name: String, _ kind: EngineKind) throws {
    let golden = try GoldenNetwork(name)
    let engine = kind.make(golden.network, golden.evaluated)
    let result = try engine.evaluate(golden.batch, loss: .meanSquaredError)
    #expect(largestDifference(result.rates, golden.evaluationRates) <= 1e-6)
    #expect(result.spikeCounts == golden.evaluationSpikeCounts)
    #expect(engine.state == golden.evaluated, "evaluation changes nothing")
  }
}

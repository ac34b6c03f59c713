import SpikingNetwork
import Support
import Testing

@testable import CPUEngine

/// Results must not depend on how many ranks divide a batch.
@Suite("Counts of ranks")
struct RankCountsTests {
  /// All results and states of a few steps.
  struct Trace: Equatable {
    var results: [BatchResult] = []
    var gradients: [[[UInt32]]] = []
    var states: [NetworkState] = []
  }

  struct Case: CustomTestStringConvertible, Sendable {
    var sampleCount = 8
    var precision = Precision.float32
    var stepMode = StepMode.multiStep
    var membrane = NeuronDescription.Membrane.fixed(tau: 2)
    var pooling = Pooling.maximum
    var denseFraction = DenseConvolution.fraction
    var optimizer = Optimizer.adam
    var threshold = 1.0
    /// Whether ranks sum gradients when they are needed, and not at once.
    var sumsLate = false
    let testDescription: String
  }

  static let cases = [
    Case(testDescription: "batch 8"),
    Case(
      sampleCount: 11, membrane: .learned(initialTau: 2), optimizer: .sgd(momentum: 0.9),
      testDescription: "batch 11, learned time constants"),
    Case(
      sampleCount: 8, stepMode: .singleStep, membrane: .learned(initialTau: 3), pooling: .average,
      threshold: 0.3, testDescription: "statistics per time step, average pooling"),
    Case(sampleCount: 9, denseFraction: -1, testDescription: "batch 9, spikes as numbers"),
    Case(precision: .bfloat16, testDescription: "bfloat16"),
    Case(sumsLate: true, testDescription: "gradients are summed late"),
  ]

  @Test(
    "1, 2, 4 and 8 ranks, some with several threads, give the same bits in steps of two batches",
    arguments: cases)
  func sameBits(_ testCase: Case) throws {
    let expected = try trace(testCase, count: 1, threadCount: 1)
    #expect(expected.results.allSatisfy { $0.spikeCounts[4].contains { $0 > 0 } })
    for (count, threadCount) in [(2, 3), (4, 1), (8, 1)] {
      let found = try trace(testCase, count: count, threadCount: threadCount)
      // Compared outside the expectation, which would print both traces.
      let agrees = found == expected
      #expect(agrees, "\(count) ranks of \(threadCount) threads")
    }
  }

  private func trace(_ testCase: Case, count: Int, threadCount: Int) throws -> Trace {
    let network = NetworkDescription(
      frameCount: 3, channelCount: 17, sideLength: 32,
      neuron: NeuronDescription(membrane: testCase.membrane, threshold: testCase.threshold),
      pooling: testCase.pooling,
      stepMode: testCase.stepMode)
    let state = EngineAgreementTests.firingState(network)
    let engine = RankedEngine(count: count) { reducer in
      let engine = CPUEngine(
        network: network, state: state, threadCount: threadCount,
        reducer: testCase.sumsLate && count > 1 ? LateReducer(base: reducer) : reducer)
      engine.denseFraction = testCase.denseFraction
      return engine
    }
    var trace = Trace()
    for number in 0..<4 {
      let batch = EngineAgreementTests.batch(
        network, testCase.sampleCount, seed: UInt64(20 + number))
      let dropout = DropoutMasks(
        network: network, sampleCount: testCase.sampleCount, seed: 3, batchNumber: number)
      trace.results.append(
        try engine.accumulateGradients(
          batch, dropout: dropout,
          options: GradientOptions(precision: testCase.precision, scale: 0.5)))
      trace.gradients.append(engine.gradients.map { $0.map(\.bitPattern) })
      #expect(engine.agrees, "all ranks have the sums")
      guard number % 2 == 1 else { continue }
      try engine.reduceGradients()
      try engine.update(by: testCase.optimizer, learningRate: 0.01)
      trace.states.append(engine.state)
      // Fewer samples than ranks, too.
      for sampleCount in [testCase.sampleCount, 3] {
        trace.results.append(
          try engine.evaluate(
            batch.part(0..<sampleCount), loss: .meanSquaredError))
      }
    }
    return trace
  }

  @Test("each layer's gradient is handed over before the layers before it are computed")
  func overlap() throws {
    let network = NetworkDescription(frameCount: 2, channelCount: 2, sideLength: 32)
    let reducer = LateReducer(base: ThreadRanks(count: 1).group(rank: 0).reducer)
    let engine = CPUEngine(
      network: network, state: EngineAgreementTests.firingState(network), threadCount: 1,
      reducer: reducer)
    _ = try engine.accumulateGradients(
      EngineAgreementTests.batch(network, 2),
      dropout: DropoutMasks(network: network, sampleCount: 2, seed: 1, batchNumber: 0),
      options: GradientOptions())
    // In the backward pass: two linear layers, then each block's batch norm and its convolution;
    // the first convolution's gradient is among the sums of its batch norm.
    let block = ["sum", "begin"]
    let expected: [String] =
      ["begin", "begin"] + block + block + block + block + ["sum"]
      + [String](repeating: "wait", count: 6)
    let found = Array(reducer.calls.names.drop { $0 != "begin" })
    #expect(found == expected)
  }

  @Test("a rank's parts are branches of the tree, and each sample has one rank")
  func parts() {
    for count in [1, 2, 4, 8, 16] {
      for sampleCount in [0, 1, 2, 3, 5, 8, 11, 16, 31, 64] {
        let parts = (0..<count).map {
          SampleTree.branch($0, of: count, sampleCount: sampleCount)
        }
        #expect(parts.flatMap(Array.init) == Array(0..<sampleCount))
        #expect(parts.map(\.count).max() == (sampleCount + count - 1) / count)
        if sampleCount >= count { #expect(!parts.contains { $0.isEmpty }) }
        // The additions of the parts, then those of the ranks, are the additions of the tree.
        var sums = (0..<sampleCount).map { "\($0)" }
        for addition in SampleTree.additions(sampleCount: sampleCount) {
          sums[addition.into] = "(\(sums[addition.into])+\(sums[addition.from]))"
        }
        let texts = parts.map { part -> String? in
          var sums = part.map { "\($0)" }
          for addition in SampleTree.additions(sampleCount: part.count) {
            sums[addition.into] = "(\(sums[addition.into])+\(sums[addition.from]))"
          }
          return sums.first
        }
        #expect(Self.sum(of: texts[...]) == sums.first)
      }
    }
  }

  /// The sum over ranks as text; `nil` for a rank without samples.
  private static func sum(of ranks: ArraySlice<String?>) -> String? {
    if ranks.count == 1 { return ranks.first ?? nil }
    let middle = ranks.startIndex + ranks.count / 2
    let parts = [sum(of: ranks[..<middle]), sum(of: ranks[middle...])].compactMap { $0 }
    return parts.count == 2 ? "(\(parts[0])+\(parts[1]))" : parts.first
  }

  @Test("dropout masks of a part are those of the whole batch")
  func dropout() {
    let network = NetworkDescription(frameCount: 2, channelCount: 3, sideLength: 32)
    let whole = DropoutMasks(network: network, sampleCount: 7, seed: 5, batchNumber: 2)
    for part in [0..<7, 0..<4, 4..<7, 6..<7, 3..<3] {
      let masks = DropoutMasks(network: network, samples: part, seed: 5, batchNumber: 2)
      #expect(masks.factors.count == whole.factors.count)
      for (own, all) in zip(masks.factors, whole.factors) {
        let count = all.count / 7
        #expect(own == Array(all[part.lowerBound * count..<part.upperBound * count]))
      }
    }
  }

  @Test("counts of ranks that cannot divide a batch are refused, with what could")
  func refusals() {
    func refusal(_ count: Int, _ batchSize: Int) -> String? {
      RankGroup(rank: 0, count: count, reducer: SingleProcess()).refusal(ofBatchSize: batchSize)
    }
    for count in [1, 2, 4, 8] { #expect(refusal(count, 8) == nil) }
    #expect(refusal(4, 10) == nil)
    #expect(
      refusal(8, 4)
        == "-b 4 is fewer samples than the 8 ranks, each of which takes a part of every batch: "
        + "choose -b 8 or more, or fewer ranks")
    #expect(
      refusal(6, 16)
        == "6 ranks cannot divide batches so that results are those of one process: 1, 2, 4, 8, … "
        + "ranks can; start 4 or 8")
  }
}

/// A reducer that sums gradients as late as possible.
private struct LateReducer: OverlappingReducer {
  /// The calls of a rank, which only that one writes.
  final class Calls: @unchecked Sendable { var names: [String] = [] }

  let base: any Reducer
  let calls = Calls()

  func sum(_ values: inout [Double]) throws(EngineError) {
    calls.names.append("sum")
    try base.sum(&values)
  }
  func sum(_ values: inout [Float]) throws(EngineError) { try base.sum(&values) }
  func sum(_ values: inout [Int]) throws(EngineError) { try base.sum(&values) }

  func begin(_ values: [Float]) -> any PendingSum {
    calls.names.append("begin")
    return LateSum(reducer: self, values: values)
  }
}

/// A sum that is made when it is needed.
private struct LateSum: PendingSum {
  let reducer: LateReducer
  let values: [Float]

  func wait() throws(EngineError) -> [Float] {
    reducer.calls.names.append("wait")
    var values = values
    try reducer.base.sum(&values)
    return values
  }
}

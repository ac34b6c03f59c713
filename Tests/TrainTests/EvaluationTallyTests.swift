import EventData
import FoundationEssentials
import FrameCache
import GestureDataSet
import SpikingNetwork
import Support
import Testing

@testable import Train

@Suite("Two tallies of an evaluation")
struct EvaluationTallyTests {
  private let cache: FrameCache
  private let directory: TemporaryDirectory
  private let network = TrainingSettings.small.network

  init() throws {
    directory = try TemporaryDirectory()
    cache = try SmallCache(in: directory).cache
  }

  private typealias Batch = (samples: [SampleIndex], result: BatchResult)

  /// The cache's samples in batches of 1 to 4, with mostly wrong results.
  ///
  /// Losses are multiples of 1/256, so that their sums are exact.
  private func batches(using generator: inout SeededGenerator) -> [Batch] {
    var left = cache.samples.shuffled(using: &generator)[...]
    var batches: [Batch] = []
    while !left.isEmpty {
      let samples = Array(left.prefix(Int.random(in: 1...4, using: &generator)))
      left.removeFirst(samples.count)
      // Few values, so that margins are often equal.
      let rates = (0..<samples.count * network.classCount).map { _ in
        Float(Int.random(in: 0...4, using: &generator)) / 4
      }
      let spikeCounts = network.neuronLayers.indices.map { layer in
        (0...layer).map { _ in Int.random(in: 0...99, using: &generator) }
      }
      let loss = Double(Int.random(in: 0...255, using: &generator)) / 256
      let result = BatchResult(
        rates: rates, classCount: network.classCount, loss: loss, spikeCounts: spikeCounts,
        synapticOperations: spikeCounts.map { 3 * $0.reduce(0, +) })
      batches.append((samples, result))
    }
    return batches
  }

  private func tally(_ batches: some Sequence<Batch>) -> EvaluationTally {
    var tally = EvaluationTally(network: network, schema: cache.schema)
    for batch in batches { tally.add(batch.samples, of: cache, batch.result) }
    return tally
  }

  @Test("give, merged in either order, the same report as one tally, with the worst mistakes")
  func merge() {
    var generator = SeededGenerator(printingSeedFor: "merge")
    var cutCount = 0
    for _ in 0..<20 {
      let batches = batches(using: &generator)
      let whole = tally(batches).report(seconds: 1)
      #expect(whole.sampleCount == cache.samples.count)
      if whole.sampleCount - whole.correctCount > Mistake.keptCount { cutCount += 1 }
      for count in 0...batches.count {
        let parts = (tally(batches[..<count]), tally(batches[count...]))
        var merged = parts.0
        merged.merge(parts.1)
        #expect(merged.sampleCount == whole.sampleCount)
        #expect(merged.report(seconds: 1) == whole, "\(count) batches and the rest")
        merged = parts.1
        merged.merge(parts.0)
        #expect(merged.report(seconds: 1) == whole, "the rest and \(count) batches")
      }
    }
    #expect(cutCount > 0, "there were never more mistakes than are kept")
  }

  @Test("operations are means per sample; the energy is that of additions and multiply-adds")
  func operations() throws {
    var generator = SeededGenerator(printingSeedFor: "operations")
    var batches = batches(using: &generator)
    let report = tally(batches).report(seconds: 1)
    let operations = try #require(report.operations)
    let sums = network.neuronLayers.indices.map { layer in
      batches.reduce(0) { $0 + $1.result.synapticOperations[layer] }
    }
    #expect(operations.layers.map(\.count) == sums.map { Double($0) / 20 })
    #expect(operations.layers.map(\.layer).first == "conv 1")
    // Only the first layer's inputs are counts.
    #expect(operations.layers.map(\.areAdditions) == [false] + [Bool](repeating: true, count: 6))
    #expect(operations.multiplyAdds == Double(sums[0]) / 20)
    #expect(abs(operations.additions - Double(sums[1...].reduce(0, +)) / 20) < 1e-9)
    let energy = 4.6 * operations.multiplyAdds + 0.9 * operations.additions
    #expect(abs(operations.nanojoules - energy / 1000) < 1e-9)
    #expect(operations.denseNanojoules > 4.6e-3 * Double(9 * 2 * 128 * 128 * 2))
    let text = report.text(of: network, ClassNames(cache.schema))
    #expect(text.contains("\n\nsynaptic operations per sample: "))
    let json = try JSONEncoder().encode(report)
    #expect(try JSONDecoder().decode(EvaluationReport.self, from: json) == report)
    // One batch of an engine that does not count.
    batches[0].result.synapticOperations = []
    #expect(tally(batches).report(seconds: 1).operations == nil)
  }

  @Test("of different networks cannot be merged")
  func otherNetwork() async {
    await #expect(processExitsWith: .failure) {
      var network = TrainingSettings.small.network
      var tally = EvaluationTally(network: network, schema: .gesture)
      network.change(channelCount: 2)
      tally.merge(EvaluationTally(network: network, schema: .gesture))
    }
  }
}

import SpikingNetwork
import Support

@testable import CPUEngine

/// CPU engines on threads, each with its part of every batch, which sum as processes would.
///
/// Engines that train together must pass every test that one passes. It also shows that engines can
/// be added outside the package.
final class RankedEngine: Engine {
  let name = "ranks"
  let network: NetworkDescription
  private let ranks: ThreadRanks
  private let engines: [CPUEngine]

  /// - Parameter make: Makes the engine of each rank.
  init(count: Int, make: (_ reducer: any Reducer) -> CPUEngine) {
    let ranks = ThreadRanks(count: count)
    self.ranks = ranks
    engines = (0..<count).map { make(ranks.group(rank: $0).reducer) }
    network = engines[0].network
    for engine in engines { engine.current = engine.current.separate }
  }

  convenience init(_ network: NetworkDescription, _ state: NetworkState, count: Int) {
    self.init(count: count) {
      CPUEngine(network: network, state: state, threadCount: 1, reducer: $0)
    }
  }

  func numerics(_ precision: Precision) -> NumericsVersion { engines[0].numerics(precision) }

  var state: NetworkState {
    get { engines[0].state }
    set { for engine in engines { engine.state = newValue.separate } }
  }

  var gradients: [[Float]] { engines[0].gradients }

  func accumulateGradients(
    _ batch: LabelledFrames, dropout: DropoutMasks, options: GradientOptions
  ) throws(EngineError) -> BatchResult {
    let count = participantCount(batch.sampleCount)
    let results = try inParts(of: batch) { engine, part, samples throws(EngineError) in
      let factors = dropout.factors.map { factors in
        let count = factors.count / batch.sampleCount
        return Array(factors[samples.lowerBound * count..<samples.upperBound * count])
      }
      return try engine.accumulateGradients(
        part, dropout: DropoutMasks(factors: factors), options: options)
    }
    // Those without samples take the first one's state, as if they had trained along.
    for engine in engines[count...] {
      engine.current = engines[0].current.separate
      engine.gradients = engines[0].gradients.map { $0.map { $0 } }
    }
    return whole(results, batch, options.loss)
  }

  func evaluate(_ batch: LabelledFrames, loss: Loss) throws(EngineError) -> BatchResult {
    let results = try inParts(of: batch) { engine, part, _ throws(EngineError) in
      try engine.evaluate(part, loss: loss)
    }
    return whole(results, batch, loss)
  }

  func reduceGradients() throws(EngineError) {
    for engine in engines { try engine.reduceGradients() }
  }

  func update(by optimizer: Optimizer, learningRate: Double) throws(EngineError) {
    for engine in engines { try engine.update(by: optimizer, learningRate: learningRate) }
  }

  /// Whether all ranks have the same state and gradients, bit for bit.
  var agrees: Bool {
    engines.allSatisfy { engine in
      engine.state == state
        && zip(engine.gradients, gradients).allSatisfy {
          $0.map(\.bitPattern) == $1.map(\.bitPattern)
        }
    }
  }

  /// All ranks, or as many as can have a sample each.
  private func participantCount(_ sampleCount: Int) -> Int {
    var count = engines.count
    while count > sampleCount { count /= 2 }
    return count
  }

  /// Gives each rank its part of a batch.
  private func inParts(
    of batch: LabelledFrames,
    _ body:
      @escaping @Sendable (CPUEngine, LabelledFrames, Range<Int>) throws(EngineError) ->
      BatchResult
  ) throws(EngineError) -> [BatchResult] {
    let count = participantCount(batch.sampleCount)
    ranks.participantCount = count
    defer { ranks.participantCount = engines.count }
    // Safe: each thread uses its own engine.
    nonisolated(unsafe) let engines = engines
    let results = ranks.run { group -> BatchResult? in
      guard group.rank < count else { return nil }
      let samples = SampleTree.branch(group.rank, of: count, sampleCount: batch.sampleCount)
      return try unsafe body(engines[group.rank], batch.part(samples), samples)
    }
    do { return try results.compactMap { try $0.get() } } catch {
      throw error as? EngineError ?? EngineError("\(error)")
    }
  }

  private func whole(
    _ parts: [BatchResult], _ batch: LabelledFrames, _ loss: Loss
  ) -> BatchResult {
    let rates = parts.flatMap(\.rates)
    return BatchResult(
      rates: rates, classCount: network.classCount,
      loss: loss.value(rates: rates, labels: batch.labels),
      spikeCounts: parts[0].spikeCounts.indices.map { layer in
        parts[0].spikeCounts[layer].indices.map { channel in
          parts.reduce(0) { $0 + $1.spikeCounts[layer][channel] }
        }
      },
      synapticOperations: parts[0].synapticOperations.indices.map { layer in
        parts.reduce(0) { $0 + $1.synapticOperations[layer] }
      })
  }
}

extension NetworkState {
  /// The same state in memory of its own, as another process has it: threads with one array
  /// until one of them writes look like a data race to ThreadSanitizer.
  fileprivate var separate: NetworkState {
    var copy = self
    copy.parameters = parameters.map { $0.map { $0 } }
    copy.statistics = statistics.map { $0.map { $0 } }
    copy.optimizerSlots = optimizerSlots.mapValues { $0.map { $0.map { $0 } } }
    return copy
  }
}

extension LabelledFrames {
  /// The batch of a range of samples.
  func part(_ samples: Range<Int>) -> LabelledFrames {
    let count = counts.count / sampleCount
    let range = samples.lowerBound * count..<samples.upperBound * count
    let part: Counts =
      switch counts {
      case .uint8(let counts): .uint8(Array(counts[range]))
      case .uint16(let counts): .uint16(Array(counts[range]))
      }
    return LabelledFrames(
      counts: part, labels: Array(labels[samples]), frameCounts: Array(frameCounts[samples]))
  }
}

import SpikingNetwork
import Threads

@testable import CPUEngine

/// Two CPU engines on two threads, each with half of every batch, which sum as two processes would.
///
/// It tests that engines use the ``Reducer`` for all sums over samples: two engines that train
/// together must pass every test that one passes. It also shows that engines can be added outside
/// the package.
final class TwoProcesses: Engine {
  let name = "two processes"
  let network: NetworkDescription
  private let rendezvous = Rendezvous()
  private let engines: [CPUEngine]

  init(_ network: NetworkDescription, _ state: NetworkState) {
    self.network = network
    let rendezvous = rendezvous
    engines = (0..<2).map { rank in
      CPUEngine(
        network: network, state: state, threadCount: 1,
        reducer: RankReducer(rank: rank, rendezvous: rendezvous))
    }
  }

  func numerics(_ precision: Precision) -> NumericsVersion {
    NumericsVersion("\(engines[0].numerics(precision)) (two processes)")
  }

  var state: NetworkState {
    get { engines[0].state }
    set { for engine in engines { engine.state = newValue } }
  }

  /// The sum of both engines' gradients.
  var gradients: [[Float]] {
    zip(engines[0].gradients, engines[1].gradients).map { zip($0, $1).map { $0 + $1 } }
  }

  func accumulateGradients(
    _ batch: LabelledFrames, dropout: DropoutMasks, options: GradientOptions
  ) throws(EngineError) -> BatchResult {
    try inHalves(of: batch) { engine, part, samples throws(EngineError) in
      let factors = dropout.factors.map { factors in
        let count = factors.count / batch.sampleCount
        return Array(factors[samples.lowerBound * count..<samples.upperBound * count])
      }
      return try engine.accumulateGradients(
        part, dropout: DropoutMasks(factors: factors), options: options)
    }
  }

  func evaluate(_ batch: LabelledFrames, loss: Loss) throws(EngineError) -> BatchResult {
    try inHalves(of: batch) { engine, part, _ throws(EngineError) in
      try engine.evaluate(part, loss: loss)
    }
  }

  /// Does nothing: the engines reduce in ``update(by:learningRate:)``, since ``gradients`` would
  /// otherwise sum twice.
  func reduceGradients() {}

  func update(by optimizer: Optimizer, learningRate: Double) throws(EngineError) {
    _ = try onBoth { engine, _ throws(EngineError) in
      try engine.reduceGradients()
      try engine.update(by: optimizer, learningRate: learningRate)
      return 0
    }
  }

  /// Gives each engine half of a batch; a single sample goes to the first engine alone.
  private func inHalves(
    of batch: LabelledFrames,
    _ body:
      @escaping @Sendable (CPUEngine, LabelledFrames, Range<Int>) throws(EngineError) ->
      BatchResult
  ) throws(EngineError) -> BatchResult {
    guard batch.sampleCount > 1 else {
      rendezvous.expectsBoth = false
      defer { rendezvous.expectsBoth = true }
      let result = try body(engines[0], batch, 0..<1)
      engines[1].current.statistics = engines[0].current.statistics
      engines[1].current.normUpdateCount = engines[0].current.normUpdateCount
      return result
    }
    let half = (batch.sampleCount + 1) / 2
    let ranges = [0..<half, half..<batch.sampleCount]
    let parts = try onBoth { engine, rank throws(EngineError) in
      try body(engine, batch.part(ranges[rank]), ranges[rank])
    }
    let lossSum = zip(parts, ranges).reduce(0) { $0 + $1.0.loss * Double($1.1.count) }
    return BatchResult(
      rates: parts[0].rates + parts[1].rates, classCount: network.classCount,
      loss: lossSum / Double(batch.sampleCount),
      spikeCounts: zip(parts[0].spikeCounts, parts[1].spikeCounts).map {
        zip($0, $1).map { $0 + $1 }
      },
      synapticOperations: zip(parts[0].synapticOperations, parts[1].synapticOperations).map {
        $0 + $1
      })
  }

  /// Runs a body on both engines in parallel.
  private func onBoth<Value: Sendable>(
    _ body: @escaping @Sendable (CPUEngine, _ rank: Int) throws(EngineError) -> Value
  ) throws(EngineError) -> [Value] {
    // Safe: each thread uses its own engine.
    nonisolated(unsafe) let engines = engines
    let results = Locked<[Int: Value]>([:])
    try forEachInParallel(count: 2, threadCount: 2) { _, rank throws(EngineError) in
      let value = try unsafe body(engines[rank], rank)
      results.withValue { $0[rank] = value }
    }
    let values = results.withValue { $0 }
    return values.sorted { $0.key < $1.key }.map(\.value)
  }
}

/// The reducer of one of two engines.
private struct RankReducer: Reducer {
  let rank: Int
  let rendezvous: Rendezvous

  func sum(_ values: inout [Double]) { values = rendezvous.sum(values, of: rank) }
  func sum(_ values: inout [Float]) {
    values = rendezvous.sum(values.map { Double($0) }, of: rank).map { Float($0) }
  }
  func sum(_ values: inout [Int]) {
    values = rendezvous.sum(values.map { Double($0) }, of: rank).map { Int($0) }
  }
}

/// Lets two threads wait for each other and exchange the sum of their values.
private final class Rendezvous: @unchecked Sendable {
  /// Whether both threads take part; changed only while no thread waits.
  var expectsBoth = true

  private let lock = Lock()
  // Guarded by `lock`.
  private var contributions: [Int: [Double]] = [:]
  private var sum: [Double] = []
  private var count = 0

  func sum(_ values: [Double], of rank: Int) -> [Double] {
    guard expectsBoth else { return values }
    return lock.withLock {
      let number = count
      contributions[rank] = values
      if let first = contributions[0], let second = contributions[1] {
        sum = zip(first, second).map { $0 + $1 }
        contributions = [:]
        count += 1
        lock.wakeAll()
      }
      while count == number { lock.wait() }
      return sum
    }
  }
}

/// A value that only one thread can access at once.
private final class Locked<Value>: @unchecked Sendable {
  private let lock = Lock()
  private var value: Value

  init(_ value: Value) { self.value = value }

  func withValue<Result>(_ body: (inout Value) -> Result) -> Result {
    lock.withLock { body(&value) }
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

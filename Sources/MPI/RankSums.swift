internal import SpikingNetwork
internal import Threads

/// The reducer of ranks: sums at once, and sums that a thread of its own makes meanwhile.
final class RankSums: OverlappingReducer, @unchecked Sendable {
  private let atOnce: RankReducer
  private let queue: SumQueue
  private let lock = Lock()
  // Guarded by `lock`.
  private var thread: ThreadGroup?

  /// Makes a reducer.
  ///
  /// - Parameters:
  ///   - peers: The ranks.
  ///   - onFailure: Called when another rank cannot be reached.
  init(_ peers: any PeerExchange, onFailure: @escaping @Sendable (MPIError) -> Never) {
    atOnce = RankReducer(peers, channel: 0, onFailure: onFailure)
    queue = SumQueue(RankReducer(peers, channel: 1, onFailure: onFailure))
  }

  func sum(_ values: inout [Double]) { atOnce.sum(&values) }
  func sum(_ values: inout [Float]) { atOnce.sum(&values) }
  func sum(_ values: inout [Int]) { atOnce.sum(&values) }

  func begin(_ values: [Float]) throws(EngineError) -> any PendingSum {
    let hasThread = lock.withLock {
      let queue = queue
      if thread == nil { thread = ThreadGroup(count: 1) { _ in queue.makeSums() } }
      return thread?.count == 1
    }
    guard hasThread else {
      throw EngineError("a thread for sums over the ranks cannot be started")
    }
    return queue.begin(values)
  }

  /// Ends the thread, after the sums that have begun.
  func close() {
    queue.close()
    lock.withLock { thread = nil }
  }
}

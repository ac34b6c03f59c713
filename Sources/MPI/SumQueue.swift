internal import SpikingNetwork
internal import Threads

/// A thread that makes sums in the order in which they are begun, while others compute.
final class SumQueue: @unchecked Sendable {
  /// A sum that may still be under way.
  final class Sum: PendingSum, @unchecked Sendable {
    private let lock = Lock()
    // Guarded by `lock`.
    private var values: [Float]
    private var isComplete = false

    fileprivate init(_ values: [Float]) { self.values = values }

    /// Waits for the sums.
    func wait() -> [Float] {
      lock.withLock {
        while !isComplete { lock.wait() }
        return values
      }
    }

    fileprivate func make(by reducer: RankReducer) {
      lock.withLock {
        reducer.sum(&values)
        isComplete = true
        lock.wakeAll()
      }
    }
  }

  private let reducer: RankReducer
  private let lock = Lock()
  // Guarded by `lock`.
  private var waiting: [Sum] = []
  private var isClosed = false

  /// Makes a queue without sums.
  ///
  /// - Parameter reducer: Makes the sums; nothing else uses it.
  init(_ reducer: RankReducer) { self.reducer = reducer }

  /// Begins a sum.
  func begin(_ values: [Float]) -> Sum {
    let sum = Sum(values)
    lock.withLock {
      waiting.append(sum)
      lock.wakeAll()
    }
    return sum
  }

  /// Makes the sums as they are begun, until the queue is closed.
  func makeSums() {
    while true {
      let next: Sum? = lock.withLock {
        while waiting.isEmpty && !isClosed { lock.wait() }
        return waiting.isEmpty ? nil : waiting.removeFirst()
      }
      guard let next else { return }
      next.make(by: reducer)
    }
  }

  /// Lets ``makeSums()`` return, after the sums that have begun.
  func close() {
    lock.withLock {
      isClosed = true
      lock.wakeAll()
    }
  }
}

/// Calls `body` with each of the numbers 0, 1, … `count` − 1, on several threads.
///
/// After an error, no new calls begin.
///
/// - Parameters:
///   - count: The number of calls.
///   - threadCount: The number of threads, including the caller's.
///   - onFailure: Called with the first error, on its thread, while other threads still run; it can
///     wake them if they wait for a result that will not come.
///   - body: Gets the index of the thread and the number of the call.
/// - Throws: The error with the lowest number, of all calls that failed.
package func forEachInParallel<Failure: Error>(
  count: Int, threadCount: Int, onFailure: @escaping @Sendable (Failure) -> Void = { _ in },
  _ body: @escaping @Sendable (_ thread: Int, _ number: Int) throws(Failure) -> Void
) throws(Failure) {
  let usedThreadCount = max(1, min(threadCount, count))
  if usedThreadCount == 1 {
    for number in 0..<count {
      do throws(Failure) { try body(0, number) } catch {
        onFailure(error)
        throw error
      }
    }
    return
  }
  let state = ParallelLoop<Failure>()
  let work: @Sendable (Int) -> Void = { thread in
    while let number = state.begin(of: count) {
      do throws(Failure) {
        try body(thread, number)
      } catch {
        if state.fail(number, error) { onFailure(error) }
      }
    }
  }
  let others = ThreadGroup(count: usedThreadCount - 1) { work($0 + 1) }
  work(0)
  others.join()
  if let failure = state.failure { throw failure }
}

private final class ParallelLoop<Failure: Error>: @unchecked Sendable {
  private let lock = Lock()
  private var nextNumber = 0
  private var first: (number: Int, error: Failure)?

  func begin(of count: Int) -> Int? {
    lock.withLock {
      guard first == nil, nextNumber < count else { return nil }
      defer { nextNumber += 1 }
      return nextNumber
    }
  }

  /// Records an error, and returns whether it is the first one.
  func fail(_ number: Int, _ error: Failure) -> Bool {
    lock.withLock {
      let isFirst = first == nil
      if let first, first.number < number { return false }
      first = (number, error)
      return isFirst
    }
  }

  var failure: Failure? { lock.withLock { first?.error } }
}

/// A bounded queue that hands out elements in the order of their numbers, not of their arrival.
///
/// Several threads put elements in, one takes them out. The thread that holds the next number never
/// waits, so the queue cannot lock up.
package final class OrderedQueue<Element: Sendable>: @unchecked Sendable {
  private let lock = Lock()
  private let capacity: Int
  // Guarded by `lock`.
  private var waiting: [Int: Element] = [:]
  private var nextNumber = 0
  private var isClosed = false

  /// Makes an empty queue.
  ///
  /// - Parameter capacity: Elements with a number this far ahead of the next have to wait.
  package init(capacity: Int) {
    precondition(capacity >= 1, "capacity \(capacity)")
    self.capacity = capacity
  }

  /// Puts in element `number`; waits while that is too far ahead.
  ///
  /// - Parameter number: Counts from 0; each is put in once.
  /// - Returns: Whether the queue took it: it takes nothing once it is closed.
  package func put(_ element: Element, at number: Int) -> Bool {
    lock.withLock {
      while !isClosed && number >= nextNumber + capacity { lock.wait() }
      guard !isClosed else { return false }
      waiting[number] = element
      lock.wakeAll()
      return true
    }
  }

  /// Takes out the next element; waits until it is there.
  ///
  /// - Returns: `nil` when the queue is closed.
  package func next() -> Element? {
    lock.withLock {
      while !isClosed && waiting[nextNumber] == nil { lock.wait() }
      guard !isClosed, let element = waiting.removeValue(forKey: nextNumber) else { return nil }
      nextNumber += 1
      lock.wakeAll()
      return element
    }
  }

  /// Ends the queue: every waiting thread goes on, with `false` or `nil`.
  package func close() {
    lock.withLock {
      isClosed = true
      lock.wakeAll()
    }
  }
}

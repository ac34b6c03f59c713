/// A bounded queue that hands out elements in the order of their numbers, not of their arrival.
///
/// Several threads put elements in, one takes them out. The thread that holds the next number never
/// waits, so the queue cannot lock up where each thread puts in its numbers in rising order, and
/// who cannot put in a number closes it.
package final class OrderedQueue<Element: Sendable>: @unchecked Sendable {
  private let lock = Lock()
  private let capacity: Int
  private let byteCapacity: Int
  // Guarded by `lock`.
  private var waiting: [Int: (element: Element, byteCount: Int)] = [:]
  private var waitingByteCount = 0
  private var nextNumber = 0
  private var isClosed = false

  /// Makes an empty queue.
  ///
  /// - Parameters:
  ///   - capacity: Elements with a number this far ahead of the next have to wait.
  ///   - byteCapacity: Elements other than the next have to wait where all together would take more
  ///     bytes.
  package init(capacity: Int, byteCapacity: Int = .max) {
    precondition(capacity >= 1, "capacity \(capacity)")
    precondition(byteCapacity >= 0, "capacity of \(byteCapacity) bytes")
    self.capacity = capacity
    self.byteCapacity = byteCapacity
  }

  /// Puts in element `number`; waits while that is too far ahead, or there is no room.
  ///
  /// - Parameters:
  ///   - number: Counts from 0; each is put in once.
  ///   - byteCount: How much memory the element takes.
  /// - Returns: Whether the queue took it: it takes nothing once it is closed.
  package func put(_ element: Element, at number: Int, byteCount: Int = 0) -> Bool {
    lock.withLock {
      while !isClosed && mustWait(number, byteCount) { lock.wait() }
      guard !isClosed else { return false }
      waiting[number] = (element, byteCount)
      waitingByteCount += byteCount
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
      guard !isClosed, let next = waiting.removeValue(forKey: nextNumber) else { return nil }
      nextNumber += 1
      waitingByteCount -= next.byteCount
      lock.wakeAll()
      return next.element
    }
  }

  private func mustWait(_ number: Int, _ byteCount: Int) -> Bool {
    number >= nextNumber + capacity
      || number != nextNumber && byteCount > byteCapacity - waitingByteCount
  }

  /// Ends the queue: every waiting thread goes on, with `false` or `nil`.
  package func close() {
    lock.withLock {
      isClosed = true
      lock.wakeAll()
    }
  }
}

/// A bounded queue that returns elements in the order of their numbers, not of their arrival.
///
/// Several threads put elements in; one thread takes them out. The thread with the next number
/// never waits. So there is no deadlock if each thread puts in its numbers in increasing order, and
/// closes the queue if it cannot provide one of them.
package final class OrderedQueue<Element: Sendable>: @unchecked Sendable {
  private let lock = Lock()
  private let capacity: Int
  private let byteCapacity: Int
  // Guarded by `lock`.
  private var elements: [Int: (element: Element, byteCount: Int)] = [:]
  private var usedByteCount = 0
  private var nextNumber = 0
  private var isClosed = false

  /// Creates an empty queue.
  ///
  /// - Parameters:
  ///   - capacity: An element waits if its number is at least this far ahead of the next one.
  ///   - byteCapacity: An element other than the next waits if all elements together would exceed
  ///     this many bytes.
  package init(capacity: Int, byteCapacity: Int = .max) {
    precondition(capacity >= 1, "capacity \(capacity)")
    precondition(byteCapacity >= 0, "capacity of \(byteCapacity) bytes")
    self.capacity = capacity
    self.byteCapacity = byteCapacity
  }

  /// Puts in element `number`; waits while the number is too far ahead or the queue is full.
  ///
  /// - Parameters:
  ///   - number: The element's number, from 0; each number must be put in once.
  ///   - byteCount: The size of the element in memory.
  /// - Returns: `false` if the queue has been closed and did not accept the element.
  package func put(_ element: Element, at number: Int, byteCount: Int = 0) -> Bool {
    lock.withLock {
      while !isClosed && mustWait(number, byteCount) { lock.wait() }
      guard !isClosed else { return false }
      elements[number] = (element, byteCount)
      usedByteCount += byteCount
      lock.wakeAll()
      return true
    }
  }

  /// Takes out the next element; waits until it has been put in.
  ///
  /// - Returns: `nil` if the queue has been closed.
  package func next() -> Element? {
    lock.withLock {
      while !isClosed && elements[nextNumber] == nil { lock.wait() }
      guard !isClosed, let next = elements.removeValue(forKey: nextNumber) else { return nil }
      nextNumber += 1
      usedByteCount -= next.byteCount
      lock.wakeAll()
      return next.element
    }
  }

  private func mustWait(_ number: Int, _ byteCount: Int) -> Bool {
    number >= nextNumber + capacity
      || number != nextNumber && byteCount > byteCapacity - usedByteCount
  }

  /// Closes the queue: all waiting calls return, with `false` or `nil`.
  package func close() {
    lock.withLock {
      isClosed = true
      lock.wakeAll()
    }
  }
}

import Glibc
import Testing
import Threads

@Suite(.timeLimit(.minutes(30)))
struct OrderedQueueTests {
  @Test(
    "elements come out in the order of their numbers, for any order of the threads",
    arguments: [
      (1, .max, 1), (1, .max, 4), (2, .max, 3), (4, .max, 4), (100, .max, 8), (100, 0, 4),
      (100, 1, 1), (100, 20, 8),
    ])
  func order(_ capacity: Int, _ byteCapacity: Int, _ threadCount: Int) {
    let count = 3000
    let queue = OrderedQueue<Int>(capacity: capacity, byteCapacity: byteCapacity)
    let producers = ThreadGroup(count: threadCount) { thread in
      for number in stride(from: thread, to: count, by: threadCount) {
        #expect(
          queue.put(number * 10, at: number, byteCount: number % 11),
          "an open queue rejected an element")
      }
    }
    var elements: [Int] = []
    while elements.count < count, let element = queue.next() { elements.append(element) }
    producers.join()
    #expect(elements == (0..<count).map { $0 * 10 })
  }

  @Test("an element waits while its number is too far ahead of the next")
  func capacity() {
    let queue = OrderedQueue<Int>(capacity: 3)
    #expect(queue.put(2, at: 2))
    #expect(queue.put(0, at: 0))
    #expect(queue.put(1, at: 1))
    let producer = ThreadGroup(count: 1) { _ in _ = queue.put(3, at: 3) }
    #expect(queue.next() == 0)
    producer.join()
    #expect(queue.next() == 1)
    #expect(queue.next() == 2)
    #expect(queue.next() == 3)
  }

  @Test("elements that exceed the byte capacity wait, but the next one never does")
  func byteCapacity() {
    let queue = OrderedQueue<Int>(capacity: 100, byteCapacity: 10)
    let flag = Lock()
    nonisolated(unsafe) var hasPut = false
    #expect(queue.put(1, at: 1, byteCount: 6))
    let producer = ThreadGroup(count: 1) { _ in
      #expect(queue.put(2, at: 2, byteCount: 5))
      // Safe: under the lock, as below.
      flag.withLock { unsafe hasPut = true }
    }
    // The next element may exceed the whole capacity.
    #expect(queue.put(0, at: 0, byteCount: 11))
    #expect(queue.next() == 0)
    usleep(50_000)
    #expect(flag.withLock { unsafe !hasPut }, "6 and 5 bytes exceed 10")
    #expect(queue.next() == 1)
    #expect(queue.next() == 2)
    producer.join()
  }

  @Test("closing makes all waiting calls return without an element")
  func closing() {
    let queue = OrderedQueue<Int>(capacity: 1)
    let results = OrderedQueue<Bool>(capacity: 10)
    let waiting = ThreadGroup(count: 5) { thread in
      let gotNothing = thread == 0 ? queue.next() == nil : !queue.put(7, at: thread + 1)
      _ = results.put(gotNothing, at: thread)
    }
    queue.close()
    waiting.join()
    for _ in 0..<5 { #expect(results.next() == true) }
    #expect(!queue.put(0, at: 0))
    #expect(queue.next() == nil)
  }

  @Test("a capacity of 0 is a precondition failure")
  func noCapacity() async {
    await #expect(processExitsWith: .failure) { _ = OrderedQueue<Int>(capacity: 0) }
  }
}

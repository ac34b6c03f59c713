import Testing
import Threads

@Suite(.timeLimit(.minutes(10)))
struct OrderedQueueTests {
  @Test(
    "elements come out in the order of their numbers, whichever thread is first",
    arguments: [(1, 1), (1, 4), (2, 3), (4, 4), (100, 8)])
  func order(_ capacity: Int, _ threadCount: Int) {
    let count = 3000
    let queue = OrderedQueue<Int>(capacity: capacity)
    let producers = ThreadGroup(count: threadCount) { thread in
      for number in stride(from: thread, to: count, by: threadCount) {
        #expect(queue.put(number * 10, at: number), "an open queue took nothing")
      }
    }
    var taken: [Int] = []
    while taken.count < count, let element = queue.next() { taken.append(element) }
    producers.join()
    #expect(taken == (0..<count).map { $0 * 10 })
  }

  @Test("a queue never holds more than its capacity of elements that wait")
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

  @Test("closing lets every waiting thread go, with nothing")
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

  @Test("a queue without room stops the program")
  func noRoom() async {
    await #expect(processExitsWith: .failure) { _ = OrderedQueue<Int>(capacity: 0) }
  }
}

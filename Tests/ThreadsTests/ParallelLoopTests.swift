import Testing
import Threads

@Suite(.timeLimit(.minutes(30)))
struct ParallelLoopTests {
  struct Failure: Error, Equatable { let number: Int }

  /// The calls, in the order in which they began.
  final class Record: @unchecked Sendable {
    private let lock = Lock()
    private var calls: [(thread: Int, number: Int)] = []
    func add(_ thread: Int, _ number: Int) { lock.withLock { calls.append((thread, number)) } }
    var numbers: [Int] { lock.withLock { calls.map(\.number) } }
    var threads: Set<Int> { lock.withLock { Set(calls.map(\.thread)) } }
  }

  @Test(
    "the body is called once with each number", arguments: [0, 1, 2, 7, 1000],
    [-1, 0, 1, 2, 5, 64])
  func eachNumberOnce(_ count: Int, _ threadCount: Int) {
    let record = Record()
    forEachInParallel(count: count, threadCount: threadCount) { record.add($0, $1) }
    #expect(record.numbers.sorted() == Array(0..<count))
    #expect(record.threads.isSubset(of: Set(0..<max(1, min(threadCount, count)))))
  }

  @Test("one thread calls the numbers in order, up to the one that fails")
  func oneThread() {
    let record = Record()
    #expect(throws: Failure(number: 3)) {
      try forEachInParallel(count: 10, threadCount: 1) { thread, number in
        record.add(thread, number)
        if number >= 3 { throw Failure(number: number) }
      }
    }
    #expect(record.numbers == [0, 1, 2, 3])
  }

  @Test("of several errors, the one with the lowest number is thrown", arguments: [2, 3, 8])
  func severalErrors(_ threadCount: Int) {
    for _ in 0..<20 {
      let record = Record()
      do throws(Failure) {
        try forEachInParallel(count: 1000, threadCount: threadCount) {
          (thread, number) throws(Failure) in
          record.add(thread, number)
          if number >= 100 { throw Failure(number: number) }
        }
        Issue.record("nothing was thrown")
      } catch {
        // Call 100 begins before all others that fail, so it always runs.
        #expect(error == Failure(number: 100))
      }
      // After the first error, a thread runs at most one more call: the one it may have taken
      // before.
      #expect(record.numbers.count <= 101 + threadCount)
      #expect(record.numbers.count >= 101)
    }
  }

  @Test("all threads of a group run, each with its own index")
  func groups() {
    let record = Record()
    ThreadGroup(count: 9) { record.add($0, $0) }.join()
    #expect(record.numbers.sorted() == Array(0..<9))
  }
}

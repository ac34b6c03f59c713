import Testing
import Threads

@Suite(.timeLimit(.minutes(30)))
struct LockTests {
  /// A number that several threads change under a lock.
  final class Counter: @unchecked Sendable {
    let lock = Lock()
    var value = 0
  }

  @Test("no increment is lost when several threads count under one lock", arguments: [1, 2, 8])
  func counting(_ threadCount: Int) {
    let counter = Counter()
    ThreadGroup(count: threadCount) { _ in
      for _ in 0..<20_000 { counter.lock.withLock { counter.value += 1 } }
    }.join()
    #expect(counter.value == threadCount * 20_000)
  }

  @Test("a lock is unlocked after its body has thrown")
  func throwing() {
    struct Failure: Error {}
    let lock = Lock()
    for _ in 0..<3 {
      #expect(throws: Failure.self) { try lock.withLock { throw Failure() } }
    }
    #expect(lock.withLock { 5 } == 5)
  }

  @Test("waiting threads continue when another thread makes their condition true")
  func waiting() {
    let counter = Counter()
    // The thread that starts last must be the first in each round.
    ThreadGroup(count: 4) { thread in
      for round in 0..<500 {
        counter.lock.withLock {
          while counter.value != round * 4 + (3 - thread) { counter.lock.wait() }
          counter.value += 1
          counter.lock.wakeAll()
        }
      }
    }.join()
    #expect(counter.value == 2000)
  }
}

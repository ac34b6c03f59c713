internal import Glibc
internal import Synchronization

/// Runs the loops of a team, one after another: gives each number to one thread, and waits for all.
///
/// A thread increments ``runningCount`` before it checks whether the loop is still open. The caller
/// closes the loop before it checks ``runningCount``. So either the thread finds the loop closed,
/// or the caller finds the thread running and waits for it.
final class TeamLoop: @unchecked Sendable {
  /// The code that each thread runs.
  typealias Body = @Sendable (TeamLoop) -> Void

  /// The number of the loop that threads may join, from 1; 0 if there is none.
  private let openLoop = PaddedAtomic()
  private let runningCount = PaddedAtomic()
  private let nextNumber = PaddedAtomic()
  private let isStopped = Atomic<Bool>(false)

  // Written only while no loop is open and no thread is running one, read only by running threads.
  private var body: Body?
  private var count = 0

  private var lastLoop = 0
  private let opened = Lock()
  private let finished = Lock()

  /// How often a waiting thread yields and checks again before it sleeps: for about 50 µs.
  private static let spinCount = 100

  /// Runs a loop on this thread, and on the others of the team that begin before it is done.
  func run(_ count: Int, _ body: @escaping Body) {
    self.body = body
    self.count = count
    nextNumber.value.store(0, ordering: .relaxed)
    lastLoop += 1
    openLoop.value.store(lastLoop, ordering: .sequentiallyConsistent)
    wakeAll()
    body(self)
    openLoop.value.store(0, ordering: .sequentiallyConsistent)
    waitForOthers()
    self.body = nil
  }

  /// The next number of the loop, which no other thread gets; `nil` if none is left.
  func next() -> Int? {
    let number = nextNumber.value.wrappingAdd(1, ordering: .relaxed).oldValue
    return number < count ? number : nil
  }

  /// Runs the team's loops on a thread, until the team is stopped.
  func runLoops() {
    var last = 0
    while let number = waitForLoop(after: last) {
      last = number
      runningCount.value.wrappingAdd(1, ordering: .sequentiallyConsistent)
      if openLoop.value.load(ordering: .sequentiallyConsistent) == number { work() }
      let remaining = runningCount.value
        .wrappingSubtract(1, ordering: .sequentiallyConsistent).newValue
      if remaining == 0, openLoop.value.load(ordering: .sequentiallyConsistent) == 0 {
        finished.withLock { finished.wakeAll() }
      }
    }
  }

  /// Makes all threads return from ``runLoops()``.
  func stop() {
    isStopped.store(true, ordering: .sequentiallyConsistent)
    wakeAll()
  }

  /// Wakes all sleeping threads.
  ///
  /// Taking the lock ensures that each thread either is asleep or has yet to check for a change.
  private func wakeAll() {
    opened.withLock {}
    opened.wakeAll()
  }

  private func work() { body?(self) }

  /// Waits until a loop other than `last` is open.
  ///
  /// - Returns: Its number; `nil` if the team is stopped.
  private func waitForLoop(after last: Int) -> Int? {
    for _ in 0..<Self.spinCount {
      if let number = change(after: last) { return number > 0 ? number : nil }
      sched_yield()
    }
    return opened.withLock {
      while true {
        if let number = change(after: last) { return number > 0 ? number : nil }
        opened.wait()
      }
    }
  }

  /// The number of the open loop if it is not `last`; −1 if the team is stopped; otherwise `nil`.
  private func change(after last: Int) -> Int? {
    if isStopped.load(ordering: .sequentiallyConsistent) { return -1 }
    let number = openLoop.value.load(ordering: .sequentiallyConsistent)
    return number == 0 || number == last ? nil : number
  }

  private func waitForOthers() {
    for _ in 0..<Self.spinCount {
      if runningCount.value.load(ordering: .sequentiallyConsistent) == 0 { return }
      sched_yield()
    }
    finished.withLock {
      while runningCount.value.load(ordering: .sequentiallyConsistent) != 0 { finished.wait() }
    }
  }
}

/// An atomic integer with a cache line of its own, since all threads read or change it.
private struct PaddedAtomic: ~Copyable {
  let value = Atomic<Int>(0)
  private let padding = InlineArray<15, Int>(repeating: 0)
}

internal import Glibc
internal import Synchronization

/// A team's loops, one after the other: how its threads learn of one, share its numbers out, and
/// end it.
///
/// A thread says that it is inside before it looks whether the loop is still open; whoever runs the
/// loop closes it before it looks whether anyone is inside. So either the thread sees that it is
/// too late, or it is waited for.
final class TeamLoop: @unchecked Sendable {
  /// What each thread runs.
  typealias Body = @Sendable (TeamLoop) -> Void

  /// The number of the loop that is open; 0 while none is.
  private let open = LoneAtomic()
  private let insideCount = LoneAtomic()
  private let nextNumber = LoneAtomic()
  private let isDismissed = Atomic<Bool>(false)

  // Written while no loop is open and nobody is inside, read inside only.
  private var body: Body?
  private var count = 0

  private var lastLoop = 0
  private let opening = Lock()
  private let leaving = Lock()

  /// How often a thread looks again before it sleeps: for some 50 µs, in which it lets others run.
  private static let lookCount = 100

  /// Runs a loop on this thread and on those that take part.
  func run(_ count: Int, _ body: @escaping Body) {
    self.body = body
    self.count = count
    nextNumber.value.store(0, ordering: .relaxed)
    lastLoop += 1
    open.value.store(lastLoop, ordering: .sequentiallyConsistent)
    wakeAll()
    body(self)
    open.value.store(0, ordering: .sequentiallyConsistent)
    waitUntilEmpty()
    self.body = nil
  }

  /// A number that no other thread gets; `nil` when all are taken.
  func next() -> Int? {
    let number = nextNumber.value.wrappingAdd(1, ordering: .relaxed).oldValue
    return number < count ? number : nil
  }

  /// Takes part in loops until the team is dismissed.
  func takePart() {
    var last = 0
    while let number = waitForLoop(after: last) {
      last = number
      insideCount.value.wrappingAdd(1, ordering: .sequentiallyConsistent)
      if open.value.load(ordering: .sequentiallyConsistent) == number { work() }
      let left = insideCount.value.wrappingSubtract(1, ordering: .sequentiallyConsistent).newValue
      if left == 0, open.value.load(ordering: .sequentiallyConsistent) == 0 {
        leaving.withLock { leaving.wakeAll() }
      }
    }
  }

  /// Sends the threads home.
  func dismiss() {
    isDismissed.store(true, ordering: .sequentiallyConsistent)
    wakeAll()
  }

  /// Wakes the threads that sleep; each has looked for news under the lock before.
  private func wakeAll() {
    opening.withLock {}
    opening.wakeAll()
  }

  private func work() { body?(self) }

  /// - Returns: `nil` when the team is dismissed.
  private func waitForLoop(after last: Int) -> Int? {
    for _ in 0..<Self.lookCount {
      if let number = news(after: last) { return number > 0 ? number : nil }
      sched_yield()
    }
    return opening.withLock {
      while true {
        if let number = news(after: last) { return number > 0 ? number : nil }
        opening.wait()
      }
    }
  }

  /// The open loop, where it is another one than the last; -1 when the team is dismissed.
  private func news(after last: Int) -> Int? {
    if isDismissed.load(ordering: .sequentiallyConsistent) { return -1 }
    let number = open.value.load(ordering: .sequentiallyConsistent)
    return number == 0 || number == last ? nil : number
  }

  private func waitUntilEmpty() {
    for _ in 0..<Self.lookCount {
      if insideCount.value.load(ordering: .sequentiallyConsistent) == 0 { return }
      sched_yield()
    }
    leaving.withLock {
      while insideCount.value.load(ordering: .sequentiallyConsistent) != 0 { leaving.wait() }
    }
  }
}

/// A number on a line of the cache of its own, since all threads look at it or change it.
private struct LoneAtomic: ~Copyable {
  let value = Atomic<Int>(0)
  private let rest = InlineArray<15, Int>(repeating: 0)
}

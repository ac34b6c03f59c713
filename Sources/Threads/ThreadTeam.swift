internal import Synchronization

/// A pool of threads for short parallel loops in quick succession.
///
/// The threads exist as long as the team, since starting threads can take longer than such a loop.
/// The caller's thread also runs the loop, and does not wait for threads that have not begun when
/// all calls are done.
package final class ThreadTeam: Sendable {
  /// The number of threads that run a loop, including the caller's.
  ///
  /// It is smaller than requested if the system provides no more.
  package let threadCount: Int

  private let loop = TeamLoop()
  private let isBusy = Atomic<Bool>(false)
  private let threads: [JoinableThread]

  /// Starts the threads.
  ///
  /// - Parameter threadCount: The number of threads including the caller's, at least 1.
  package convenience init(threadCount: Int) {
    self.init(threadCount: threadCount) { JoinableThread($0) }
  }

  /// - Parameter start: Starts a thread; returns `nil` if the system provides no more.
  init(threadCount: Int, start: (@escaping @Sendable () -> Void) -> JoinableThread?) {
    precondition(threadCount >= 1, "\(threadCount) threads")
    var threads: [JoinableThread] = []
    let loop = loop
    while threads.count < threadCount - 1, let thread = start({ loop.runLoops() }) {
      threads.append(thread)
    }
    self.threads = threads
    self.threadCount = threads.count + 1
  }

  deinit {
    loop.stop()
    for thread in threads { thread.join() }
  }

  /// Calls `body` with each of the numbers 0, 1, … `count` − 1, on the team's threads.
  ///
  /// A team runs only one loop at once: neither `body` nor another thread may start a second one.
  ///
  /// - Parameters:
  ///   - count: The number of calls.
  ///   - scratch: Makes memory for a thread, which all of its calls share; called once on each
  ///     thread that runs calls.
  ///   - body: Gets the number of the call, and its thread's scratch.
  package func forEach<Scratch>(
    _ count: Int, scratch: @escaping @Sendable () -> Scratch,
    _ body: @escaping @Sendable (_ number: Int, _ scratch: Scratch) -> Void
  ) {
    let wasBusy = isBusy.exchange(true, ordering: .relaxed)
    precondition(!wasBusy, "two loops at once on one team")
    defer { isBusy.store(false, ordering: .relaxed) }
    if threads.isEmpty || count <= 1 {
      if count == 0 { return }
      let own = scratch()
      for number in 0..<count { body(number, own) }
      return
    }
    loop.run(count) { loop in
      guard let first = loop.next() else { return }
      let own = scratch()
      body(first, own)
      while let number = loop.next() { body(number, own) }
    }
  }
}

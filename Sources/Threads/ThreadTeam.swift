internal import Synchronization

/// Threads that stay, for loops that follow one another closely: starting a thread costs more than
/// many a loop.
///
/// The caller's thread works, too, and waits for none that comes too late to help.
package final class ThreadTeam: Sendable {
  /// Threads that work on a loop, the caller's with them; fewer than asked for where the system
  /// gives no more.
  package let threadCount: Int

  private let loop = TeamLoop()
  private let isBusy = Atomic<Bool>(false)
  private let threads: [JoinableThread]

  /// Starts the threads.
  ///
  /// - Parameter threadCount: With the caller's; at least 1.
  package convenience init(threadCount: Int) {
    self.init(threadCount: threadCount) { JoinableThread($0) }
  }

  /// - Parameter start: Starts a thread, or gives `nil` where there is none to be had.
  init(threadCount: Int, start: (@escaping @Sendable () -> Void) -> JoinableThread?) {
    precondition(threadCount >= 1, "\(threadCount) threads")
    var threads: [JoinableThread] = []
    let loop = loop
    while threads.count < threadCount - 1, let thread = start({ loop.takePart() }) {
      threads.append(thread)
    }
    self.threads = threads
    self.threadCount = threads.count + 1
  }

  deinit {
    loop.dismiss()
    for thread in threads { thread.join() }
  }

  /// Calls `body` with 0, 1, … `count` − 1 on the team's threads, each number once, and returns
  /// when all calls have.
  ///
  /// One loop runs at a time: neither `body` nor another thread may start one on the same team.
  ///
  /// - Parameters:
  ///   - count: How many calls.
  ///   - scratch: Makes what the calls of a thread share; called once on each that takes part.
  ///   - body: Gets the call's number, and its thread's scratch.
  package func forEach<Scratch>(
    _ count: Int, scratch: @escaping @Sendable () -> Scratch,
    _ body: @escaping @Sendable (_ number: Int, _ scratch: Scratch) -> Void
  ) {
    let wasBusy = isBusy.exchange(true, ordering: .relaxed)
    precondition(!wasBusy, "two loops at a time on one team")
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

internal import Glibc

/// Threads that run the same code until it returns.
package struct ThreadGroup: ~Copyable {
  private var threads: [JoinableThread] = []

  /// Threads that there are.
  package var count: Int { threads.count }

  /// Starts the threads.
  ///
  /// - Parameters:
  ///   - count: How many. Where the system gives fewer, or none, see ``count``.
  ///   - body: What each runs, with its number from 0.
  package init(count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    precondition(count >= 0, "\(count) threads")
    for index in 0..<count {
      guard let thread = JoinableThread({ body(index) }) else { return }
      threads.append(thread)
    }
  }

  /// Waits until every thread has returned; so does the end of the value's life.
  package consuming func join() {}

  deinit {
    // Each thread was started by `init`, and is joined once.
    for thread in threads { thread.join() }
  }
}

/// The processors that are switched on.
package var availableProcessorCount: Int {
  max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
}

internal import Glibc

/// Threads that run the same code until it returns.
package struct ThreadGroup: ~Copyable {
  private var threads: [JoinableThread] = []

  /// The number of threads.
  package var count: Int { threads.count }

  /// Starts the threads.
  ///
  /// - Parameters:
  ///   - count: The number of threads. If the system provides fewer, ``count`` is smaller.
  ///   - body: The code that each thread runs, with its index from 0.
  package init(count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    precondition(count >= 0, "\(count) threads")
    for index in 0..<count {
      guard let thread = JoinableThread({ body(index) }) else { return }
      threads.append(thread)
    }
  }

  /// Waits until all threads have returned, as `deinit` also does.
  package consuming func join() {}

  deinit {
    // Each thread was started by `init`, and is joined once.
    for thread in threads { thread.join() }
  }
}

/// The number of processors that are online.
package var availableProcessorCount: Int {
  max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
}

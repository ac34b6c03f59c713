internal import Glibc

/// Threads that run the same code until it returns.
package struct ThreadGroup: ~Copyable {
  private var threads: [pthread_t]

  /// Starts the threads.
  ///
  /// - Parameters:
  ///   - count: How many; at least 1. Where the system gives fewer, those that it gave run.
  ///   - body: What each runs, with its number from 0.
  package init(count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    precondition(count >= 1, "\(count) threads")
    threads = []
    for index in 0..<count {
      let work = unsafe Unmanaged.passRetained(Work { body(index) })
      var thread = pthread_t()
      // Safe: the thread takes over the one reference that was retained for it.
      let result = unsafe pthread_create(
        &thread, nil,
        { argument in
          guard let argument = unsafe argument else { return nil }
          unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
          return nil
        }, work.toOpaque())
      guard result == 0 else {
        unsafe work.release()
        precondition(!threads.isEmpty, "no thread could be started: error \(result)")
        return
      }
      threads.append(thread)
    }
  }

  /// Waits until every thread has returned; so does the end of the value's life.
  package consuming func join() {}

  deinit {
    // Each thread was started by `init`, and is joined once.
    for thread in threads { _ = pthread_join(thread, nil) }
  }

  private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
}

/// The processors that are switched on.
package var availableProcessorCount: Int {
  max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
}

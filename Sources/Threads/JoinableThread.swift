internal import Glibc

/// A thread that runs a closure once and must be joined.
struct JoinableThread: Sendable {
  private let thread: pthread_t

  /// Starts a thread.
  ///
  /// - Returns: `nil` if the system cannot create one.
  init?(_ body: @escaping @Sendable () -> Void) {
    let work = unsafe Unmanaged.passRetained(Work(body))
    var thread = pthread_t()
    // Safe: the thread releases the one reference that was retained for it.
    let result = unsafe pthread_create(
      &thread, nil,
      { argument in
        guard let argument = unsafe argument else { return nil }
        unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
        return nil
      }, work.toOpaque())
    guard result == 0 else {
      unsafe work.release()
      return nil
    }
    self.thread = thread
  }

  /// Waits until the body has returned; must be called exactly once.
  func join() { _ = pthread_join(thread, nil) }

  private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
}

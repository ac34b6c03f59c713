internal import Glibc

/// A mutual exclusion lock with conditions to wait for.
///
/// It wraps pthread's own, which ThreadSanitizer understands on Linux.
@safe package final class Lock: @unchecked Sendable {
  // Allocated, because pthread's objects must not move.
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  /// Makes an open lock.
  package init() {
    // Safe: both point to room that was just allocated for them and is freed in `deinit` only.
    unsafe check(pthread_mutex_init(mutex, nil))
    unsafe check(pthread_cond_init(condition, nil))
  }

  deinit {
    // Safe: nobody else has the object any more.
    unsafe pthread_cond_destroy(condition)
    unsafe pthread_mutex_destroy(mutex)
    unsafe condition.deallocate()
    unsafe mutex.deallocate()
  }

  /// Runs `body` while no other thread runs one under this lock.
  package func withLock<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // Safe: the mutex lives as long as `self`.
    unsafe check(pthread_mutex_lock(mutex))
    defer { unsafe check(pthread_mutex_unlock(mutex)) }
    return try body()
  }

  /// Waits, inside ``withLock(_:)``, until another thread calls ``wakeAll()``, or for no reason.
  package func wait() {
    // Safe: the caller holds the mutex; both live as long as `self`.
    unsafe check(pthread_cond_wait(condition, mutex))
  }

  /// Wakes every thread in ``wait()``.
  package func wakeAll() {
    // Safe: the condition lives as long as `self`.
    unsafe check(pthread_cond_broadcast(condition))
  }

  private func check(_ result: Int32) {
    precondition(result == 0, "a pthread call failed with error \(result)")
  }
}

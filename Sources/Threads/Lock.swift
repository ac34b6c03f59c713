internal import Glibc

/// A mutex with a condition variable.
///
/// It wraps those of pthreads, which ThreadSanitizer supports on Linux.
@safe package final class Lock: @unchecked Sendable {
  // On the heap, because these objects must not move.
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  /// Creates an unlocked lock.
  package init() {
    // Safe: both point to memory that was just allocated and is freed only in `deinit`.
    unsafe check(pthread_mutex_init(mutex, nil))
    var attributes = pthread_condattr_t()
    unsafe check(pthread_condattr_init(&attributes))
    unsafe check(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC))
    unsafe check(pthread_cond_init(condition, &attributes))
    unsafe pthread_condattr_destroy(&attributes)
  }

  deinit {
    // Safe: no references to the object are left.
    unsafe pthread_cond_destroy(condition)
    unsafe pthread_mutex_destroy(mutex)
    unsafe condition.deallocate()
    unsafe mutex.deallocate()
  }

  /// Runs `body` while holding the lock.
  package func withLock<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // Safe: the mutex lives as long as `self`.
    unsafe check(pthread_mutex_lock(mutex))
    defer { unsafe check(pthread_mutex_unlock(mutex)) }
    return try body()
  }

  /// Releases the lock until another thread calls ``wakeAll()``.
  ///
  /// Call it inside ``withLock(_:)``, in a loop that checks the condition: it may also return
  /// spuriously.
  package func wait() {
    // Safe: the caller holds the mutex; both live as long as `self`.
    unsafe check(pthread_cond_wait(condition, mutex))
  }

  /// As ``wait()``, but returns at a deadline, too.
  ///
  /// - Returns: Whether the deadline has not passed.
  package func wait(until deadline: Deadline) -> Bool {
    var time = deadline.time
    // Safe: as in `wait()`.
    let result = unsafe pthread_cond_timedwait(condition, mutex, &time)
    if result == ETIMEDOUT { return false }
    check(result)
    return true
  }

  /// Wakes all threads in ``wait()``.
  package func wakeAll() {
    // Safe: the condition lives as long as `self`.
    unsafe check(pthread_cond_broadcast(condition))
  }

  private func check(_ result: Int32) {
    precondition(result == 0, "a pthread call failed with error \(result)")
  }
}

internal import Glibc

/// A point in time up to which a thread waits, of a clock that nobody sets.
package struct Deadline: Sendable {
  let time: timespec

  /// The point in time that lies a number of milliseconds ahead.
  package init(millisecondsAhead: Int) {
    var now = timespec()
    // Safe: the structure is complete.
    unsafe clock_gettime(CLOCK_MONOTONIC, &now)
    let nanoseconds = now.tv_nsec + millisecondsAhead % 1000 * 1_000_000
    time = timespec(
      tv_sec: now.tv_sec + millisecondsAhead / 1000 + nanoseconds / 1_000_000_000,
      tv_nsec: nanoseconds % 1_000_000_000)
  }
}

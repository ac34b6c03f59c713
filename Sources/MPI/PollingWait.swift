internal import Glibc
internal import Threads

/// Pauses between questions whether a transfer is complete.
///
/// A function of MPI that waits keeps a processor busy, which other threads may need, and does not
/// return when the other rank is dead.
struct PollingWait {
  private let start = ContinuousClock.now
  private let busySeconds: Double

  /// Begins to wait.
  ///
  /// - Parameter byteCount: The bytes that are transferred: while they are, libraries need
  ///   to be called to continue.
  init(byteCount: Int) {
    // As long as waking up takes; and as long as memory takes to copy the bytes.
    busySeconds = 50e-6 + Double(byteCount) * 1e-9
  }

  /// Lets other threads run: at first those that wait for a processor, then all, for 1 % of the
  /// time waited so far, at least 50 and at most 500 µs.
  func pause() {
    let waited = ContinuousClock().seconds(since: start)
    if waited < busySeconds {
      sched_yield()
    } else {
      usleep(UInt32(min(500, max(50, waited * 1e4))))
    }
  }
}

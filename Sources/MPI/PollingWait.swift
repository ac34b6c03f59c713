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
    // As long as waking up takes; and as long as memory takes to copy a part of the bytes.
    busySeconds = 50e-6 + min(200e-6, Double(byteCount) * 1e-9)
  }

  /// Returns at once at first, then sleeps for 1 % of the time waited so far, at least 50 and at
  /// most 500 µs.
  ///
  /// It does not yield: where other programs want the processor, that would cost several
  /// milliseconds, and one that has slept is preferred.
  func pause() {
    let waited = ContinuousClock().seconds(since: start)
    if waited >= busySeconds { usleep(UInt32(min(500, max(50, waited * 1e4)))) }
  }
}

internal import Glibc
internal import Threads

/// Tells the user where a library ends the process by `exit` instead of returning an error.
final class InitializationGuard: Sendable {
  private static let lock = Lock()
  // Guarded by `lock`.
  nonisolated(unsafe) private static var report: (@Sendable () -> Void)?

  /// Begins to guard the only initialization of the process.
  ///
  /// - Parameter report: Tells the user; then the process ends with exit code 1.
  init(report: @escaping @Sendable () -> Void) {
    Self.lock.withLock { unsafe Self.report = report }
    atexit {
      guard let report = InitializationGuard.lock.withLock({ unsafe InitializationGuard.report })
      else { return }
      report()
      _exit(1)
    }
  }

  /// Ends guarding.
  func disarm() { Self.lock.withLock { unsafe Self.report = nil } }
}

internal import Glibc
internal import Threads

/// Tells the user where a library does not return from its initialization.
final class InitializationGuard: Sendable {
  /// Why a library does not return.
  enum Failure: Sendable {
    /// It ends the process by `exit`, as some do that do not know the launcher.
    case exit
    /// It waits for ranks that have ended or cannot be reached.
    case timeout
  }

  /// Seconds within which all ranks are expected to join.
  static let patience = 60

  private static let lock = Lock()
  // Guarded by `lock`.
  nonisolated(unsafe) private static var report: (@Sendable (Failure) -> Void)?
  private let watcher: ThreadGroup

  /// Begins to guard the only initialization of the process.
  ///
  /// - Parameters:
  ///   - milliseconds: The time after which the library is not waited for any more.
  ///   - report: Tells the user; then the process ends with exit code 1.
  init(milliseconds: Int, report: @escaping @Sendable (Failure) -> Void) {
    Self.lock.withLock { unsafe Self.report = report }
    atexit { InitializationGuard.end(.exit) }
    watcher = ThreadGroup(count: 1) { _ in
      let deadline = Deadline(millisecondsAhead: milliseconds)
      let isArmed = InitializationGuard.lock.withLock {
        while unsafe InitializationGuard.report != nil {
          if !InitializationGuard.lock.wait(until: deadline) { return true }
        }
        return false
      }
      if isArmed { InitializationGuard.end(.timeout) }
    }
  }

  /// Ends guarding.
  func disarm() {
    Self.lock.withLock {
      unsafe Self.report = nil
      Self.lock.wakeAll()
    }
  }

  /// Tells the user and ends the process, unless guarding has ended.
  private static func end(_ failure: Failure) {
    let report: (@Sendable (Failure) -> Void)? = lock.withLock { unsafe Self.report }
    guard let report else { return }
    report(failure)
    _exit(1)
  }
}

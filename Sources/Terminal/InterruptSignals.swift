internal import Glibc
internal import Synchronization

/// SIGINT and SIGTERM, as a wish to stop that long work asks for.
package enum InterruptSignals {
  /// From now on the first of each signal is only noted; a second ends the process at once.
  ///
  /// A write beyond a limit of the system becomes an error instead of a signal.
  package static func catchAll() {
    // Made before a signal can come: a handler must not run an initializer.
    _ = pending.load(ordering: .relaxed)
    for number in [SIGINT, SIGTERM] {
      var action = sigaction()
      unsafe action.__sigaction_handler.sa_handler = { number in
        pending.store(number, ordering: .relaxed)
      }
      action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND))
      // Safe: the structure is complete, and the handler does nothing but an atomic store.
      unsafe sigaction(number, &action, nil)
    }
    // One that was started by a thread with blocked signals, as a program's workers may have, would
    // never hear of any.
    var signals = sigset_t()
    // Safe: the set is made empty before it is used.
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, SIGINT)
    unsafe sigaddset(&signals, SIGTERM)
    unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    signal(SIGXFSZ, SIG_IGN)
    openStandardDescriptors()
  }

  /// Whether a signal has come.
  package static var isPending: Bool { pending.load(ordering: .relaxed) != 0 }

  /// The exit code by which a shell knows the signal: 130 or 143.
  package static var exitCode: Int32 { 128 + pending.load(ordering: .relaxed) }
}

/// Opens `/dev/null` for a standard stream that is closed: else the next file that is opened would
/// get its number, and messages would go into that file.
private func openStandardDescriptors() {
  for number in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(number, F_GETFD) == -1 {
    // The lowest free number is taken, which is this one.
    _ = unsafe open("/dev/null", O_RDWR)
  }
}

private let pending = Atomic<Int32>(0)

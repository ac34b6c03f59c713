internal import Glibc
internal import Synchronization

/// SIGINT and SIGTERM as a request to stop, which long work polls.
package enum InterruptSignals {
  /// Installs handlers: the first signal is only recorded, a second one ends the process.
  ///
  /// Also makes a write beyond the system's file size limit an error instead of a signal, and opens
  /// standard streams that are closed.
  package static func installHandlers() {
    // Initialized before a signal can arrive: a handler must not run a lazy initializer.
    _ = pending.load(ordering: .relaxed)
    for number in [SIGINT, SIGTERM] {
      var action = sigaction()
      unsafe action.__sigaction_handler.sa_handler = { number in
        let isFirst = pending.compareExchange(
          expected: 0, desired: number, ordering: .relaxed
        ).exchanged
        // The signal's action is the default one again, which ends the process.
        if !isFirst { raise(number) }
      }
      action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND))
      // Safe: the structure is complete, and the handler does nothing but an atomic exchange and `raise`.
      unsafe sigaction(number, &action, nil)
    }
    // A process inherits the signal mask of the thread that started it; with these blocked, no
    // signal would ever be delivered.
    var signals = sigset_t()
    // Safe: the set is made empty before it is used.
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, SIGINT)
    unsafe sigaddset(&signals, SIGTERM)
    unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    signal(SIGXFSZ, SIG_IGN)
    openStandardDescriptors()
  }

  /// Whether a signal has arrived.
  package static var isPending: Bool { pending.load(ordering: .relaxed) != 0 }

  /// The exit code that shells use for the signal, 128 plus its number: 130 or 143.
  package static var exitCode: Int32 { 128 + pending.load(ordering: .relaxed) }
}

/// Opens `/dev/null` for each standard stream that is closed.
///
/// Otherwise the next file opened would get the stream's descriptor, and messages would be written
/// into that file.
private func openStandardDescriptors() {
  for number in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(number, F_GETFD) == -1 {
    // `open` returns the lowest free descriptor, which is this one.
    _ = unsafe open("/dev/null", O_RDWR)
  }
}

private let pending = Atomic<Int32>(0)

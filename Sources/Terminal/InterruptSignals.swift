internal import Glibc
internal import Synchronization

/// Signals as a request to stop, which long work polls.
///
/// SIGHUP comes when a terminal closes; SIGUSR1 and SIGUSR2 are what clusters send before a job's
/// time is over.
package enum InterruptSignals {
  /// The signals that are a request to stop.
  package static let numbers = [SIGHUP, SIGINT, SIGUSR1, SIGUSR2, SIGTERM]

  /// Installs handlers: the first signal is only recorded, and a SIGINT or SIGTERM after another of
  /// these two ends the process.
  ///
  /// A SIGTERM soon after another is the same request: Slurm sends one to a step of a job that it
  /// preempts, and `srun`, which gets it too, passes on another.
  ///
  /// A signal that the parent process ignores stays ignored, as `nohup` and shells that start
  /// background processes want it.
  ///
  /// Also makes a write beyond the system's file size limit an error instead of a signal, and opens
  /// standard streams that are closed.
  package static func installHandlers() {
    // Initialized before a signal can arrive: a handler must not run a lazy initializer.
    _ = pending.load(ordering: .relaxed)
    _ = terminationTime.load(ordering: .relaxed)
    for number in numbers where !isIgnored(number) {
      var action = sigaction()
      unsafe action.__sigaction_handler.sa_handler = { number in
        let earlier = pending.compareExchange(
          expected: 0, desired: number, ordering: .relaxed
        ).original
        let isRepeated = number == SIGTERM && isSoonAfterTermination()
        // The shell and the kernel may both send SIGHUP for one terminal: only these two mean
        // haste.
        guard isHasty(earlier) && isHasty(number) && !isRepeated else { return }
        signal(number, SIG_DFL)
        raise(number)
      }
      // Safe: the structure is complete, and the handler does nothing but atomic operations and
      // calls that a handler may make.
      unsafe sigaction(number, &action, nil)
    }
    // A process inherits the signal mask of the thread that started it; with these blocked, no
    // signal would ever be delivered.
    var signals = sigset_t()
    // Safe: the set is made empty before it is used.
    unsafe sigemptyset(&signals)
    for number in numbers { unsafe sigaddset(&signals, number) }
    unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    signal(SIGXFSZ, SIG_IGN)
    openStandardDescriptors()
  }

  /// Whether a signal has arrived.
  package static var isPending: Bool { pending.load(ordering: .relaxed) != 0 }

  /// The exit code that shells use for the signal, 128 plus its number, as in 130 for SIGINT.
  package static var exitCode: Int32 { 128 + pending.load(ordering: .relaxed) }

  /// Makes a write to a pipe that nobody reads an error instead of a signal.
  ///
  /// For work that must not end because its output is no longer read; listings should end.
  package static func ignoreClosedPipes() { signal(SIGPIPE, SIG_IGN) }

  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    // Safe: the call writes one structure, and the handler is only compared.
    guard unsafe sigaction(number, nil, &action) == 0 else { return false }
    return unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
      == unsafeBitCast(SIG_IGN, to: Int.self)
  }
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

/// When the first SIGTERM arrived, in milliseconds of a clock that nobody sets; 0 before.
private let terminationTime = Atomic<Int>(0)

/// Whether a SIGTERM that arrives now follows the first one within 5 s; notes the time of the
/// first.
private func isSoonAfterTermination() -> Bool {
  var time = timespec()
  // Safe: the call writes one structure.
  unsafe clock_gettime(CLOCK_MONOTONIC, &time)
  let now = 1000 * time.tv_sec + time.tv_nsec / 1_000_000
  let first = terminationTime.compareExchange(expected: 0, desired: now, ordering: .relaxed)
  return !first.exchanged && now - first.original < 5000
}

/// Whether a second signal of this kind wants the process to end at once.
private func isHasty(_ number: Int32) -> Bool { number == SIGINT || number == SIGTERM }

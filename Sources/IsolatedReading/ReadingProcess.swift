internal import CLinux
internal import FileAccess
internal import Glibc
package import SystemPackage
package import Threads

/// A child process that reads an untrusted file through libhdf5.
package struct ReadingProcess {
  /// The program and its arguments.
  package let command: [String]
  /// Wall-clock time in seconds after which it is killed.
  package let elapsedSeconds: Int
  /// Receives the progress, and decides whether to stop.
  package let observer: WorkObserver

  /// The child's file descriptor of the file that it writes.
  package static let targetPath: FilePath = "/proc/self/fd/3"

  /// How it ended.
  package enum Outcome: Equatable, Sendable {
    /// The copy is complete.
    case done
    /// The child reported why the file cannot be used.
    case refused(String)
    /// The child ended without an answer, for this reason.
    case failed(String)
    /// The caller asked to stop.
    case cancelled
  }

  /// Creates a description of a process to run.
  package init(command: [String], elapsedSeconds: Int, observer: WorkObserver = WorkObserver()) {
    self.command = command
    self.elapsedSeconds = elapsedSeconds
    self.observer = observer
  }

  /// Runs the process to its end.
  ///
  /// - Parameter target: The file that it writes.
  /// - Throws: `Errno` if it cannot be started.
  package func run(writing target: FilePath) throws(Errno) -> Outcome {
    do {
      let file = try FileDescriptor.open(target, .readWrite, options: .closeOnExec)
      defer { try? file.close() }
      let pipe = try FileDescriptor.pipe(options: .closeOnExec)
      defer { try? pipe.readEnd.close() }
      let process: pid_t
      do {
        defer { try? pipe.writeEnd.close() }
        process = try start(output: pipe.writeEnd, file: file)
      }
      return follow(process, pipe.readEnd)
    } catch {
      throw error as? Errno ?? .ioError
    }
  }

  private func start(output: FileDescriptor, file: FileDescriptor) throws(Errno) -> pid_t {
    // Safe: initialized here, used by the one call below, and destroyed.
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, output.rawValue, STDOUT_FILENO)
    // Users must not see the message of a trap.
    unsafe posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, file.rawValue, 3)
    // The calling thread may block signals, as worker threads do, but the time limit is a signal.
    // Safe: as above.
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var blocked = sigset_t()
    unsafe sigemptyset(&blocked)
    unsafe posix_spawnattr_setsigmask(&attributes, &blocked)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var arguments = unsafe command.map { unsafe strdup($0) } + [nil]
    defer { for index in command.indices { unsafe free(arguments[index]) } }
    var process: pid_t = 0
    // Safe: a nil-terminated list of strings, and the process's own environment.
    let result = unsafe posix_spawn(
      &process, command[0], &actions, &attributes, &arguments, CLinux_environment())
    guard result == 0 else { throw Errno(rawValue: result) }
    return process
  }

  /// Reads answers until the process ends or must be killed.
  private func follow(_ process: pid_t, _ output: FileDescriptor) -> Outcome {
    let clock = ContinuousClock()
    let deadline = clock.now + .seconds(elapsedSeconds)
    var listener = Listener(observer)
    var isOpen = true
    var status: Int32 = 0
    while true {
      if isOpen {
        isOpen = listener.receive(output)
      } else {
        // Safe: the call writes one number.
        let ended = unsafe waitpid(process, &status, WNOHANG)
        if ended != 0 && !(ended == -1 && errno == EINTR) {
          // A terminal sends its signals to both.
          if observer.isCancelled() { return .cancelled }
          // If this process ignores SIGCHLD, the system keeps no exit status of its children.
          return listener.outcome(ended == process ? status : nil)
        }
        usleep(2000)
      }
      let isCancelled = observer.isCancelled()
      guard isCancelled || listener.isInvalid || clock.now >= deadline else { continue }
      // Wait for the process only, not for the end of its output: other processes may keep that
      // open.
      kill(process, SIGKILL)
      // Safe: as above.
      while unsafe waitpid(process, &status, 0) == -1 && errno == EINTR {}
      if isCancelled { return .cancelled }
      if listener.isInvalid { return Listener.invalidAnswer }
      return .failed("was stopped after \(elapsedSeconds) s, the time limit for this file size")
    }
  }
}

/// The answers received from a process.
private struct Listener {
  private let observer: WorkObserver
  private var pending: [UInt8] = []
  private var last: ReadingAnswer?
  private(set) var isInvalid = false

  static let invalidAnswer = ReadingProcess.Outcome.failed("gave an invalid answer")

  init(_ observer: WorkObserver) { self.observer = observer }

  /// Waits briefly for more output; returns whether more can come.
  mutating func receive(_ output: FileDescriptor) -> Bool {
    var request = pollfd(fd: output.rawValue, events: Int16(POLLIN), revents: 0)
    // Safe: one structure.
    guard unsafe poll(&request, 1, 100) > 0 else { return true }
    var bytes = [UInt8](repeating: 0, count: ReadingAnswer.maximumByteCount)
    let count = unsafe bytes.withUnsafeMutableBytes { buffer in
      (try? unsafe output.read(into: buffer)) ?? 0
    }
    guard count > 0 else { return false }
    for byte in bytes.prefix(count) where !isInvalid {
      if byte != UInt8(ascii: "\n") {
        pending.append(byte)
        isInvalid = pending.count > ReadingAnswer.maximumByteCount
        continue
      }
      guard let answer = ReadingAnswer(line: String(decoding: pending, as: UTF8.self)) else {
        isInvalid = true
        break
      }
      pending = []
      last = answer
      if case .progress(let completed, let total) = answer {
        observer.onProgress(
          WorkProgress(stage: .read, completedCount: completed, totalCount: total))
      }
    }
    return true
  }

  /// The outcome after the process has ended.
  ///
  /// - Parameter status: The exit status; `nil` if it is lost, so that only the last answer counts.
  func outcome(_ status: Int32?) -> ReadingProcess.Outcome {
    guard let status else {
      return switch last {
      case .done: .done
      case .refused(let reason): .refused(reason)
      case .progress, nil: .failed("ended without a complete answer")
      }
    }
    let signal = status & 0x7F
    if signal == SIGXCPU || signal == SIGKILL {
      return .failed("was stopped at its time or memory limit")
    }
    if signal != 0 { return .failed("was ended by signal \(signal)") }
    switch (last, (status >> 8) & 0xFF) {
    case (.done, 0): return .done
    case (.refused(let reason), 1): return .refused(reason)
    default: return Self.invalidAnswer
    }
  }
}

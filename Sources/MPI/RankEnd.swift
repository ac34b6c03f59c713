internal import Glibc
internal import Threads

/// Ends all ranks, with one line.
@safe final class RankEnd: @unchecked Sendable {
  private let world: MPIWorld
  private let report: @Sendable (String) -> Void
  private let lock = Lock()
  // Guarded by `lock`.
  private var isEnding = false
  private var knownHeartbeat: Heartbeat?
  private var knownHosts: RankHosts?

  /// - Parameter report: Writes a line for the user.
  init(_ world: MPIWorld, report: @escaping @Sendable (String) -> Void) {
    self.world = world
    self.report = report
  }

  /// Gives signs of life, once it does.
  var heartbeat: Heartbeat? {
    get { lock.withLock { knownHeartbeat } }
    set { lock.withLock { knownHeartbeat = newValue } }
  }

  /// The machines of the ranks, once they are known.
  var hosts: RankHosts? {
    get { lock.withLock { knownHosts } }
    set { lock.withLock { knownHosts = newValue } }
  }

  /// Ends this process, or all, by what the signs of life say.
  func end(_ verdict: PeerWatch.Verdict) -> Never {
    switch verdict {
    case .report(let lost):
      fail(of: lost, "no sign of life for \(Int(PeerWatch.patience)) s; all ranks end")
    case .end, .proceed:
      begin()
      _exit(1)
    }
  }

  /// Writes why this rank fails, and ends all.
  func fail(_ cause: String) -> Never { fail(of: world.rank, cause) }

  private func fail(of rank: Int, _ cause: String) -> Never {
    let host = hosts.map { " on \($0.entries[rank].host)" } ?? ""
    stop("rank \(rank)\(host): \(cause)", exitCode: 1)
  }

  /// Writes a line, unless a rank below this one does, and ends all.
  func stop(_ line: String, exitCode: Int32) -> Never {
    begin()
    if heartbeat?.announceFailure() != true {
      report(line)
      fflush(nil)
      // A launcher may end without passing on what it has not read by then.
      usleep(200_000)
      world.abort(exitCode: exitCode)
      _exit(exitCode)
    }
    // The other rank tells, and ends this one.
    sleep(UInt32(PeerWatch.grace))
    _exit(exitCode)
  }

  /// Lets one thread continue; others stop here until the process ends.
  private func begin() {
    let isFirst = lock.withLock {
      defer { isEnding = true }
      return !isEnding
    }
    // A library that does not return from its own end does not keep the process.
    if isFirst { Self.limitTime(seconds: 4) } else { while true { sleep(1) } }
  }

  /// Ends this process after a time, with exit code 1, whatever its threads do.
  static func limitTime(seconds: UInt32) {
    signal(SIGALRM) { _ in _exit(1) }
    alarm(seconds)
  }
}

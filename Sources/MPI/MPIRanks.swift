internal import Glibc
package import SpikingNetwork
internal import Threads

/// This process as one of several that MPI connects.
///
/// From ``init(startedBy:library:report:)`` to ``finish()`` it gives signs of life to the others,
/// and ends all if a rank is lost.
@safe package final class MPIRanks: Sendable {
  /// Which of the ranks this process is, from 0.
  package let rank: Int
  /// The number of ranks, a power of two.
  package let count: Int
  /// Sums over all ranks as ((0 + 1) + (2 + 3)) + …, with the same bits on each.
  package var reducer: any OverlappingReducer { sums }
  /// What the library calls itself, as in `Open MPI v4.1.4`.
  package let libraryVersion: String
  /// The library's path, or the name by which the system's loader found it.
  package let libraryPath: String

  private let sums: RankSums
  private let hosts: RankHosts
  private let world: MPIWorld
  private let end: RankEnd
  private let heartbeat: Heartbeat

  /// The environment variable with which users name the library.
  package static let libraryVariable = MPILibrary.variable

  /// Joins the other ranks.
  ///
  /// - Parameters:
  ///   - launcher: What started this process.
  ///   - library: The library of MPI that the user names; `nil` for the launcher's.
  ///   - report: Writes a line for the user, if this rank fails or another is lost.
  /// - Throws: ``MPIError`` if there is no library that connects as many ranks as the launcher
  ///   started.
  package init(
    startedBy launcher: Launcher, library: String?, report: @escaping @Sendable (String) -> Void
  ) throws(MPIError) {
    let count = launcher.count
    if let (lower, upper) = RankGroup.countsBeside(count) {
      throw MPIError(
        "\(launcher.name) started \(count) ranks; 1, 2, 4, 8, … can share a batch so that the result "
          + "is that of one process: start \(lower) or \(upper)")
    }
    let world = try MPIWorld(
      MPILibrary(named: library, for: launcher), startedBy: launcher
    ) { failure, error in
      switch failure {
      case .exit: launcher.report(error.description, by: report)
      case .timeout: report("rank \(launcher.rank): \(error)")
      }
    }
    let end = RankEnd(world, report: report)
    let heartbeat = try Heartbeat(world) { end.end($0) }
    end.heartbeat = heartbeat
    let sums = RankSums(world) { end.fail($0.description) }
    var words = [Int](repeating: 0, count: count * RankHosts.wordCount)
    let own = world.rank * RankHosts.wordCount
    words.replaceSubrange(own..<own + RankHosts.wordCount, with: RankHosts.Entry.own.words)
    sums.sum(&words)
    hosts = RankHosts(
      entries: stride(from: 0, to: words.count, by: RankHosts.wordCount).map {
        RankHosts.Entry(words[$0..<$0 + RankHosts.wordCount])
      })
    end.hosts = hosts
    rank = world.rank
    self.count = count
    self.sums = sums
    libraryVersion = world.library.version
    libraryPath = world.library.path
    self.world = world
    self.end = end
    self.heartbeat = heartbeat
  }

  /// The name of a rank's machine.
  package func host(of rank: Int) -> String { hosts.entries[rank].host }

  /// The number of ranks on this one's machine.
  package var countOnHost: Int { hosts.count(besides: rank) }

  /// The processors of this machine that the ranks on it may use together.
  package var processorCountOnHost: Int { hosts.processorCount(at: rank) }

  /// The number of threads for this rank: the processors, divided by the ranks on its machine.
  package var threadCount: Int { hosts.threadCount(of: rank) }

  /// The largest of all ranks' numbers; all ranks call it.
  ///
  /// - Parameter value: This rank's number.
  /// - Throws: ``EngineError`` if a rank cannot be reached.
  package func maximum(_ value: Int) throws(EngineError) -> Int {
    var values = [Int](repeating: 0, count: count)
    values[rank] = value
    try reducer.sum(&values)
    return values.max() ?? value
  }

  /// Waits until no rank needs the others any more, and ends the use of MPI.
  package func finish() {
    sums.close()
    heartbeat.finish()
    // Nothing is left to do, so a library that waits for a rank that has died meanwhile is ended.
    RankEnd.limitTime(seconds: 8)
    world.finalize()
    alarm(0)
  }

  /// Writes why this rank fails, unless one below it does so, and ends all ranks.
  ///
  /// - Parameter cause: What happened, in one line.
  package func fail(_ cause: String) -> Never { end.fail(cause) }

  /// Ends all ranks because this one was asked to, as by a signal.
  ///
  /// - Parameters:
  ///   - line: What to tell the user, unless a rank below this one does.
  ///   - exitCode: The exit code.
  package func stop(_ line: String, exitCode: Int32) -> Never {
    end.stop(line, exitCode: exitCode)
  }
}

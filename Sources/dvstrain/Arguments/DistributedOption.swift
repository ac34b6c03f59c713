import ArgumentParser
internal import FileAccess
import MPI
import Terminal
import ToolSupport

/// `-distributed`.
struct DistributedOption: ParsableArguments {
  @Option(
    name: OptionName.distributed.name,
    help: ArgumentHelp(
      "auto: work together with the other ranks, if started as one of several by mpirun, mpiexec or srun; mpi: only so; off: alone.",
      valueName: "auto|off|mpi"))
  var choice = DistributedChoice.auto

  init() {}

  /// Makes the option as if it were given.
  init(_ choice: DistributedChoice) { self.choice = choice }

  /// Does work as one of several ranks, if that is what this process is, or alone.
  ///
  /// An error of a rank becomes a line with its number and machine, and ends all ranks; so does a
  /// signal to one that is not asked for by all together.
  ///
  /// - Parameters:
  ///   - messages: Receives why ranks cannot be joined, or have failed.
  ///   - joinsItself: Whether a rank that was started alone opens the library of MPI, too.
  ///   - work: The work, with the ranks, or `nil` alone; an `ExitCode` that it throws is passed on.
  /// - Throws: `ExitCode` where ranks cannot be joined, after a line that says why; what `work`
  ///   throws alone.
  func run(
    _ messages: Messages, joinsItself: Bool = false, _ work: (MPIRanks?) throws -> Void
  ) throws {
    guard let ranks = try join(messages, joinsItself: joinsItself) else {
      try work(nil)
      return
    }
    do {
      try work(ranks)
    } catch let code as ExitCode {
      ranks.finish()
      throw code
    } catch {
      messages.clearProgress()
      if InterruptSignals.isPending, (error as? any CancellableError)?.isCancellation == true {
        ranks.stop(stoppedText, exitCode: InterruptSignals.exitCode)
      }
      ranks.fail("\(error)")
    }
    ranks.finish()
  }

  /// Joins the other ranks that were started with this one; `nil` if this process is to be alone.
  private func join(_ messages: Messages, joinsItself: Bool) throws -> MPIRanks? {
    guard choice != .off else { return nil }
    guard let launcher = Launcher(environment: environmentValue) else {
      guard choice == .mpi else { return nil }
      messages.fail(
        "one of several ranks expected, and this process was not started by mpirun, mpiexec or srun: "
          + "mpirun -n 2 dvstrain …")
      throw ExitCode(1)
    }
    if launcher.count == 1 && !joinsItself { return nil }
    let library = environmentValue(MPIRanks.libraryVariable).flatMap { $0.isEmpty ? nil : $0 }
    do throws(MPIError) {
      return try MPIRanks(startedBy: launcher, library: library, report: messages.fail)
    } catch {
      launcher.report(error.description, by: messages.fail)
      throw ExitCode(1)
    }
  }
}

/// `-distributed`'s values.
enum DistributedChoice: String, NamedChoice {
  case auto, off, mpi
}

extension MPIRanks? {
  /// Whether this process writes results and messages: it is alone, or the first rank.
  var isFirst: Bool { self?.rank ?? 0 == 0 }
}

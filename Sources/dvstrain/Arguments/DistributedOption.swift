import ArgumentParser
import Glibc
import MPI
import Terminal
import ToolSupport

/// `-distributed`.
struct DistributedOption: ParsableArguments {
  @Option(
    name: OptionName.distributed.name,
    help: ArgumentHelp(
      "auto: train together with the other ranks, if started as one of several by mpirun, mpiexec or srun; mpi: only so; off: alone.",
      valueName: "auto|off|mpi"))
  var choice = DistributedChoice.auto

  init() {}

  /// Makes the option as if it were given.
  init(_ choice: DistributedChoice) { self.choice = choice }

  /// Joins the other ranks that were started with this one; `nil` if this process is to be alone.
  ///
  /// - Parameter messages: Receives why a rank has failed.
  /// - Throws: `ExitCode` where they cannot be joined, after a line that says why.
  func join(_ messages: Messages) throws -> MPIRanks? {
    guard choice != .off else { return nil }
    guard let launcher = Launcher(environment: environmentValue) else {
      guard choice == .mpi else { return nil }
      messages.fail(
        "one of several ranks expected, and this process was not started by mpirun, mpiexec or srun: "
          + "mpirun -n 2 dvstrain …")
      throw ExitCode(1)
    }
    if launcher.count == 1 && choice == .auto { return nil }
    let library = environmentValue(MPIRanks.libraryVariable).flatMap { $0.isEmpty ? nil : $0 }
    do throws(MPIError) {
      return try MPIRanks(startedBy: launcher, library: library, report: messages.fail)
    } catch {
      launcher.report(error, by: messages.fail)
      throw ExitCode(1)
    }
  }
}

/// `-distributed`'s values.
enum DistributedChoice: String, NamedChoice {
  case auto, off, mpi
}

extension MPIRanks {
  /// Does a rank's work, then leaves the others.
  ///
  /// - Parameter work: The work; an `ExitCode` that it throws is passed on, and any other error
  ///   ends all ranks.
  func run(_ work: () throws -> Void) throws {
    do {
      try work()
    } catch let code as ExitCode {
      finish()
      throw code
    } catch {
      fail("\(error)")
    }
    finish()
  }
}

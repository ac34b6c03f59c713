internal import Glibc

/// What started this process as one of several ranks, as its environment says.
package struct Launcher: Equatable, Sendable {
  /// The protocol by which the ranks find each other, which decides what libraries can be used.
  package enum Family: Equatable, Sendable {
    /// Open MPI's `mpirun`.
    case openMPI
    /// A launcher with PMI, as MPICH's `mpiexec` and those of its relatives.
    case pmi
    /// Slurm's `srun`, without saying how the ranks find each other.
    case slurm
  }

  /// The protocol by which the ranks find each other.
  package let family: Family
  /// Which of the ranks this process is, from 0.
  package let rank: Int
  /// The number of ranks that were started.
  package let count: Int
  /// Whether Slurm's `srun` started the ranks, by any protocol.
  package let isSlurm: Bool
  /// Whether this rank is the first on its machine, as far as the launcher says so.
  package let isFirstOnMachine: Bool

  /// Describes a launcher.
  ///
  /// - Parameters:
  ///   - family: The protocol by which the ranks find each other.
  ///   - rank: Which of the ranks this process is, from 0.
  ///   - count: The number of ranks that were started.
  ///   - isSlurm: Whether Slurm's `srun` started them.
  ///   - isFirstOnMachine: Whether this rank is the first on its machine.
  package init(
    _ family: Family, rank: Int, count: Int, isSlurm: Bool = false, isFirstOnMachine: Bool = true
  ) {
    self.family = family
    self.rank = rank
    self.count = count
    self.isSlurm = isSlurm
    self.isFirstOnMachine = isFirstOnMachine
  }

  /// Recognises what started this process; `nil` where nothing did that starts several.
  ///
  /// The processes that Open MPI and MPICH start through Slurm have its variables, too, so they
  /// come first. A batch script of Slurm has `SLURM_NTASKS`, but is one process: only `srun` sets
  /// the variables of a step.
  ///
  /// - Parameter value: The value of an environment variable.
  package init?(environment value: (String) -> String?) {
    func numbers(_ rank: String, _ count: String) -> (rank: Int, count: Int)? {
      guard let rank = value(rank).flatMap({ Int($0) }),
        let count = value(count).flatMap({ Int($0) }),
        (0..<count).contains(rank)
      else { return nil }
      return (rank, count)
    }
    let step = value("SLURM_STEP_ID") == nil ? nil : numbers("SLURM_PROCID", "SLURM_STEP_NUM_TASKS")
    func isFirst(_ name: String) -> Bool { (value(name) ?? "0") == "0" }
    if let found = numbers("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE") {
      self.init(
        .openMPI, rank: found.rank, count: found.count,
        isFirstOnMachine: isFirst("OMPI_COMM_WORLD_LOCAL_RANK"))
    } else if let found = numbers("PMI_RANK", "PMI_SIZE") {
      // Slurm's own PMI gives both the same numbers; a launcher inside of a step does not.
      let isStep = step.map { $0 == found } ?? false
      self.init(
        .pmi, rank: found.rank, count: found.count, isSlurm: isStep,
        isFirstOnMachine: isFirst(isStep ? "SLURM_LOCALID" : "MPI_LOCALRANKID"))
    } else if let step {
      // With PMIx, which Open MPI uses.
      let family: Family = value("PMIX_RANK") == nil ? .slurm : .openMPI
      self.init(
        family, rank: step.rank, count: step.count, isSlurm: true,
        isFirstOnMachine: isFirst("SLURM_LOCALID"))
    } else {
      return nil
    }
  }

  /// The libraries of MPI that may be right, the best first, as the system's loader finds them.
  package var libraries: [String] {
    let openMPI = ["libmpi.so.40"]
    let mpich = ["libmpi_abi.so.1", "libmpi.so.12", "libmpich.so.12"]
    return switch family {
    case .openMPI: isSlurm ? openMPI + mpich : openMPI
    case .pmi: isSlurm ? mpich + openMPI : mpich
    case .slurm: mpich + openMPI
    }
  }

  /// Tells what is wrong before ranks have joined, which is mostly the same for all.
  ///
  /// The first rank tells at once, and its end is that of all others under most launchers. Of the
  /// other machines, the first rank of each tells later.
  ///
  /// - Parameters:
  ///   - line: What happened.
  ///   - write: Writes a line for the user.
  package func report(_ line: String, by write: (String) -> Void) {
    guard rank > 0 else {
      write(line)
      return
    }
    sleep(1)
    if isFirstOnMachine { write("rank \(rank): \(line)") }
  }

  /// What started the process, for messages.
  package var name: String {
    switch family {
    case _ where isSlurm: "srun"
    case .openMPI: "Open MPI's mpirun"
    case .pmi: "mpiexec"
    case .slurm: "srun"
    }
  }

  /// What else may help where a library does not find the other ranks; empty if nothing.
  var advice: String {
    family == .slurm ? ", or use srun --mpi=pmi2 (MPICH) or --mpi=pmix (Open MPI)" : ""
  }
}

import ArgumentParser
import MPI
import Terminal
import ToolSupport

/// `dvstrain ranks`.
struct RanksCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ranks",
    abstract: "Check and time what several ranks exchange in training.",
    discussion: """
      Started by mpirun, mpiexec or srun, it names the library of MPI and the machines, checks \
      that sums over all ranks have the same bits everywhere, and times them. A sum of 8 \
      bytes takes what the network's latency makes it take; batch norm and each step need a few. \
      A sum of many bytes, as of gradients, sends up to twice as many from each rank.

      EXAMPLES
        mpirun -n 4 dvstrain ranks
        srun --mpi=pmi2 -n 4 dvstrain ranks --json

      ENVIRONMENT
        DVSKIT_MPI_LIBRARY  the library of MPI, libmpi.so.40 for example;
                            by default that of what started the ranks
      """)

  @Option(
    name: OptionName.steps.name, parsing: .unconditional,
    help: ArgumentHelp("Timed sums of each size.", valueName: "N"))
  var repetitions = 20

  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    try OptionName.steps.expect(1...1_000_000, repetitions, "sums")
  }

  func run() throws {
    let messages = outputOptions.messages
    try runWork(messages) {
      try DistributedOption(.mpi).run(messages, joinsItself: true) { ranks in
        guard let ranks else { return }
        let benchmark = RankBenchmark(ranks)
        guard try benchmark.isExact() else {
          throw RanksError("sums over the ranks differ: the machines compute differently")
        }
        let sums = try [8, 1 << 10, 32 << 10, 1 << 20, 8 << 20].map { byteCount in
          let seconds = try benchmark.seconds(summing: byteCount, repetitions: repetitions) {
            // A signal to any rank ends all.
            let signal = InterruptSignals.isPending ? InterruptSignals.exitCode : 0
            let code = try ranks.maximum(Int(signal))
            if code > 0 { throw ExitCode(Int32(code)) }
          }
          return RanksReport.Sum(bytes: byteCount, seconds: seconds)
        }
        guard ranks.rank == 0 else { return }
        let report = RanksReport(ranks, sums)
        if outputOptions.json { try printJSON(report) } else { printText(report.text) }
      }
    }
  }
}

/// Why ranks cannot train together.
private struct RanksError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// The result of `dvstrain ranks`.
struct RanksReport: Encodable {
  /// The time of a sum over all ranks.
  struct Sum: Encodable {
    let bytes: Int
    let seconds: Double
  }

  let command = "ranks"
  let ranks: Int
  let hosts: [String]
  let library: String
  let libraryPath: String
  /// The threads of the first rank.
  let threads: Int
  let sums: [Sum]

  init(_ ranks: MPIRanks, _ sums: [Sum]) {
    self.ranks = ranks.count
    hosts = (0..<ranks.count).map(ranks.host)
    library = ranks.libraryVersion
    libraryPath = ranks.libraryPath
    threads = ranks.threadCount
    self.sums = sums
  }

  var text: String {
    let names = Array(Set(hosts)).sorted()
    let shown =
      names.count > 4
      ? names.prefix(4).joined(separator: ", ") + ", …" : names.joined(separator: ", ")
    let rows =
      ranks == 1
      ? []
      : sums.map { sum in
        let rate = Double(sum.bytes) / sum.seconds * 1e-6
        return "  sum of \(sum.bytes) B: \(decimalText(sum.seconds * 1e6, digits: 1)) µs"
          + (sum.bytes > 1024 ? ", \(decimalText(rate, digits: 0)) MB/s" : "")
      }
    return """
      \(counted(ranks, "rank")) on \(counted(names.count, "machine")) (\(shown)), \(library) (\(libraryPath)), \
      \(counted(threads, "thread")) each
      sums have the same bits on all ranks
      """ + rows.map { "\n\($0)" }.joined()
  }
}

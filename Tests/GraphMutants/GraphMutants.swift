import ArgumentParser
import FileAccess
import Glibc
import Support
import SystemPackage
import ToolSupport
import Train

/// Makes many damaged and hostile graphs of NIR, and reads them.
@main
struct GraphMutants: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "graph-mutants",
    abstract: "Changes small valid graphs of NIR in many ways, and reads the results.",
    subcommands: [RunCommand.self, WriteCommand.self, ReaderCommand.self],
    defaultSubcommand: RunCommand.self)
}

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Make mutants, and count the results of reading them.",
    discussion: """
      Each mutant must be refused in one line or be read, within bounds of memory and time. libhdf5 may crash in its \
      process if the file is damaged, which is such a refusal; the package's own code there may not. A mutant that is handled wrongly is \
      kept, and the exit code is 1. It is one file, which is also what is left after a crash.
      """)

  @Option(help: "Number of mutants.")
  var count = 100_000

  @Option(help: "Seed of the random changes.")
  var seed: UInt64 = 1

  @Option(help: "Folder for the mutants that are handled wrongly.")
  var findings = "graph-mutants"

  /// A mutant that takes longer ends the program.
  ///
  /// The reading process has 60 s of processor time, and 240 s in all.
  private static let maximumSeconds: UInt32 = 300

  func run() throws {
    let folder = FilePath(findings)
    _ = try createDirectories(folder)
    let valid = try ValidGraph.all(in: folder)
    let path = folder.appending("current.nir")
    var tally = GraphTally()
    for number in 0..<count {
      let mutant = try GraphMutant(number: number, seed: seed, of: valid, writingTo: path)
      alarm(Self.maximumSeconds)
      let result = GraphReading(path, isValidHDF5: mutant.isValidHDF5)
      alarm(0)
      tally.add(result, mutant, number: number)
      guard result.outcome.isFinding else { continue }
      print(
        "mutant \(number) (\(mutant.changes.joined(separator: ", "))): \(result.outcome.rawValue): \(result.message)"
      )
      try writeFile(readFile(path), to: folder.appending("\(seed)_\(number).nir"))
    }
    print(tally.text)
    if tally.findingCount > 0 { throw ExitCode(1) }
    removeFile(path)
  }
}

struct WriteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "write", abstract: "Write a mutant, and say what comes of reading it.")

  @Argument(help: "The file.")
  var file: String

  @Option(help: "Number of the mutant.")
  var number: Int

  @Option(help: "Seed of the random changes.")
  var seed: UInt64 = 1

  func run() throws {
    let path = FilePath(file)
    let valid = try ValidGraph.all(in: path.parentDirectory)
    let mutant = try GraphMutant(number: number, seed: seed, of: valid, writingTo: path)
    let result = GraphReading(path, isValidHDF5: mutant.isValidHDF5)
    print(
      "\(mutant.changes.joined(separator: ", ")): \(result.outcome.rawValue)"
        + (result.message.isEmpty ? "" : ": \(result.message)"))
  }
}

struct ReaderCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "graph-reader", abstract: "Read a graph; started by 'run'.", shouldDisplay: false)

  @Argument var file: String
  @OptionGroup var limits: ReadingLimitOptions

  func run() throws {
    throw ExitCode(
      NIRReading.readerMain(
        FilePath(file), timeStep: nil, labels: nil, memory: limits.memory, seconds: limits.seconds))
  }
}

import ArgumentParser
import FileAccess
import Support
import SystemPackage

/// Makes many corrupt and hostile caches, and reads them.
@main
struct CacheMutants: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cache-mutants",
    abstract: "Changes small valid caches in many ways, and reads the results.",
    discussion: """
      The package's reader must refuse each mutant in one line, or read what libhdf5 reads. Otherwise \
      the mutant is kept, and the exit code is 1.
      """,
    subcommands: [RunCommand.self, WorkCommand.self, WriteCommand.self],
    defaultSubcommand: RunCommand.self)
}

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Make mutants, and count the results of reading them.")

  @Option(help: "Number of mutants.")
  var count = 100_000

  @Option(help: "Seed of the random changes.")
  var seed: UInt64 = 1

  @Option(help: "Folder for the mutants that are handled wrongly.")
  var findings = "mutants"

  func run() throws {
    let work = try TemporaryDirectory()
    let folder = FilePath(findings)
    _ = try createDirectories(folder)
    var run = MutantRun(seed: seed, folder: work.path, findingsFolder: folder)
    try run.run(count) { done in
      // Unbuffered, unlike `print` to a file.
      _ = try? FileDescriptor.standardError.writeAll("\(done) of \(count)\n".utf8)
    }
    print(run.tally.text)
    if run.tally.findingCount > 0 { throw ExitCode(1) }
  }
}

struct WorkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "work", abstract: "Read some mutants; started by 'run'.", shouldDisplay: false)

  @Option var seed: UInt64
  @Option var first: Int
  @Option var count: Int
  @Option var folder: String
  @Flag var noLibrary = false

  func run() throws {
    try MutantWorker(seed: seed, folder: FilePath(folder), usesLibrary: !noLibrary)
      .run(first..<(first + count))
  }
}

struct WriteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "write", abstract: "Write the valid caches, or a mutant.")

  @Argument(help: "The folder.")
  var folder: String

  @Option(help: "Number of the mutant; without it, the valid caches are written.")
  var number: Int?

  @Option(help: "Seed of the random changes.")
  var seed: UInt64 = 1

  func run() throws {
    let caches = try ValidCache.all(in: FilePath(folder))
    guard let number else { return }
    let mutant = Mutant(number: number, seed: seed, of: caches)
    try writeFile(mutant.bytes, to: FilePath(folder).appending("mutant_\(seed)_\(number).h5"))
    let checksums = mutant.recomputesChecksums ? "recomputed" : "unchanged"
    print("of \(mutant.cache.name), checksums \(checksums)")
  }
}

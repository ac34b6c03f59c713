import ArgumentParser
import FileAccess
import Support
import SystemPackage

/// Makes damaged and hostile caches by the hundred thousand, and reads them.
@main
struct CacheMutants: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cache-mutants",
    abstract: "Changes small valid caches in many ways, and reads what comes of it.",
    discussion: """
      The package's reader must refuse each mutant in one line, or read what libhdf5 reads. Exit code \
      1 where it does anything else; those files are kept.
      """,
    subcommands: [RunCommand.self, WorkCommand.self, WriteCommand.self],
    defaultSubcommand: RunCommand.self)
}

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Make mutants and count what comes of them.")

  @Option(help: "How many mutants.")
  var count = 100_000

  @Option(help: "What they follow from.")
  var seed: UInt64 = 1

  @Option(help: "Where files are kept that are found.")
  var findings = "mutants"

  func run() throws {
    let work = try TemporaryDirectory()
    let folder = FilePath(findings)
    _ = try createDirectories(folder)
    var run = MutantRun(seed: seed, folder: work.path, findingsFolder: folder)
    try run.run(count) { done in
      // Not held back in a buffer, as what is printed to a file would be.
      _ = try? FileDescriptor.standardError.writeAll("\(done) of \(count)\n".utf8)
    }
    print(run.tally.text)
    if run.tally.findingCount > 0 { throw ExitCode(1) }
  }
}

struct WorkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "work", abstract: "Read some mutants; 'run' starts it.", shouldDisplay: false)

  @Option var seed: UInt64
  @Option var first: Int
  @Option var count: Int
  @Option var folder: String
  @Flag var noLibrary = false

  func run() throws {
    try MutantWorker(seed: seed, folder: FilePath(folder), asksLibrary: !noLibrary)
      .run(first..<(first + count))
  }
}

struct WriteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "write", abstract: "Write the valid caches, or a mutant.")

  @Argument(help: "The folder.")
  var folder: String

  @Option(help: "Which mutant; none for the valid caches.")
  var number: Int?

  @Option(help: "What mutants follow from.")
  var seed: UInt64 = 1

  func run() throws {
    let caches = try ValidCache.all(in: FilePath(folder))
    guard let number else { return }
    let mutant = Mutant(number: number, seed: seed, of: caches)
    try writeFile(mutant.bytes, to: FilePath(folder).appending("mutant_\(seed)_\(number).h5"))
    print("of \(mutant.cache.name), \(mutant.isMended ? "mended" : "not mended")")
  }
}

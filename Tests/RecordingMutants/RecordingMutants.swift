import ArgumentParser
import FileAccess
import Glibc
import Support
import SystemPackage

/// Makes many damaged and hostile recordings, and reads them.
@main
struct RecordingMutants: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recording-mutants",
    abstract: "Changes small valid recordings in many ways, and reads the results.",
    discussion: """
      Each mutant must be refused in one line or be read, within bounds of memory and time. Otherwise it is kept, and the \
      exit code is 1. It is one file, which is also what is left after a crash.
      """)

  @Option(help: "Number of mutants of each format.")
  var count = 100_000

  @Option(help: "Seed of the random changes.")
  var seed: UInt64 = 1

  @Option(
    help: ArgumentHelp(
      "The format, by default all one after another.",
      valueName: ValidRecordings.all.map(\.format).joined(separator: "|")))
  var format: String?

  @Option(help: "Folder for the mutants that are handled wrongly.")
  var findings = "recording-mutants"

  /// Every 1000th mutant is also viewed, which takes a hundred times as long.
  private static let viewInterval = 1000
  /// A mutant that takes longer ends the program.
  private static let maximumSeconds: UInt32 = 60

  func run() throws {
    let folder = FilePath(findings)
    _ = try createDirectories(folder)
    let chosen = ValidRecordings.all.filter { format == nil || format == $0.format }
    guard !chosen.isEmpty else { throw ValidationError("--format: no format \(format ?? "")") }
    var findingCount = 0
    var reader = RecordingReader()
    for recordings in chosen {
      var tally = RecordingTally(recordings.format)
      for number in 0..<count {
        let mutant = try RecordingMutant(number: number, seed: seed, of: recordings)
        let path = folder.appending("current.\(mutant.suffix)")
        try writeFile(mutant.bytes, to: path)
        alarm(Self.maximumSeconds)
        let result = reader.read(
          path, asIn: recordings.dataSet, alsoViewing: number.isMultiple(of: Self.viewInterval))
        alarm(0)
        tally.add(result, number: number)
        guard result.isFinding else { continue }
        findingCount += 1
        try writeFile(
          mutant.bytes,
          to: folder.appending("\(recordings.format)_\(seed)_\(number).\(mutant.suffix)"))
      }
      print(tally.text)
      fflush(nil)
    }
    if findingCount > 0 { throw ExitCode(1) }
    for suffix in Set(chosen.flatMap(\.suffixes)) {
      try? removeTree(folder.appending("current.\(suffix)"))
    }
  }
}

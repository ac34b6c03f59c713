import ArgumentParser
import FileAccess
import Glibc
import Support
import SystemPackage
import Train

/// Makes many damaged and hostile files of `torch.save`, and reads them.
@main
struct TorchMutants: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "torch-mutants",
    abstract: "Changes small valid files of torch.save in many ways, and reads the results.",
    discussion: """
      Each mutant must be refused in one line or be read, within bounds of memory and time. Otherwise it is kept, and the \
      exit code is 1. It is one file, which is also what is left after a crash.
      """)

  @Option(help: "Number of mutants.")
  var count = 100_000

  @Option(help: "Seed of the random changes.")
  var seed: UInt64 = 1

  @Option(help: "Folder for the mutants that are handled wrongly.")
  var findings = "torch-mutants"

  /// A mutant that takes longer ends the program.
  private static let maximumSeconds: UInt32 = 60
  /// The most memory of the process, in KiB.
  private static let maximumKibibytes = 1 << 20

  func run() throws {
    let folder = FilePath(findings)
    _ = try createDirectories(folder)
    let path = folder.appending("current.pth")
    var (readCount, findingCount) = (0, 0)
    for number in 0..<count {
      let mutant = try TorchMutant(number: number, seed: seed)
      try writeFile(mutant.bytes, to: path)
      alarm(Self.maximumSeconds)
      let refusal = Self.refusal(of: path)
      alarm(0)
      if refusal == nil { readCount += 1 }
      guard
        refusal.map({ !Self.isOneLine($0, path) }) ?? false
          || Self.peakKibibytes > Self.maximumKibibytes
      else { continue }
      findingCount += 1
      try writeFile(mutant.bytes, to: folder.appending("\(seed)_\(number).pth"))
    }
    print(
      "\(count) mutants: \(count - readCount) refused, \(readCount) read, \(findingCount) handled "
        + "wrongly; peak \(Self.peakKibibytes >> 10) MiB")
    if findingCount > 0 { throw ExitCode(1) }
    try? removeTree(path)
  }

  /// The message about a file; `nil` if it was read, with its training.
  private static func refusal(of path: FilePath) -> String? {
    do throws(TrainError) {
      _ = try TrainedNetwork(reading: path, labels: .dataSet) { _ in }
      _ = try WeightsFile(reading: path, withTraining: true)
      return nil
    } catch { return error.description }
  }

  private static func isOneLine(_ text: String, _ path: FilePath) -> Bool {
    text.hasPrefix("\(path): ")
      && !text.unicodeScalars.contains {
        $0 != " " && $0.properties.isWhitespace || $0.properties.generalCategory == .control
      }
  }

  /// The most memory that the process has had.
  private static var peakKibibytes: Int {
    var usage = rusage()
    // Safe: the call writes one structure.
    _ = unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss
  }
}

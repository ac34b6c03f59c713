import FileAccess
import Support
import SystemPackage
import Testing

/// Files are truncated as `cp` onto them does, at times spread over the tool's run.
@Suite("A file that is truncated while a tool reads it", .serialized, .timeLimit(.minutes(30)))
struct TruncatedFileTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try ToolRun.folderWithCache() }

  /// Runs a shell command on a copy of a file, `cut`, and truncates the copy after some seconds.
  private func run(
    _ command: String, cutting name: String, after seconds: Double
  ) throws -> CommandResult {
    try ToolRun.shell(
      "cp \(name) cut; (sleep \(seconds); : > cut) & \(command); code=$?; wait; exit $code",
      in: directory.path)
  }

  /// Expects that a run either succeeded before the truncation, or failed with one line.
  private func expectSuccessOrOneLine(_ result: CommandResult, after seconds: Double) {
    let lines = result.errorLines(without: "warning:")
    #expect([0, 1].contains(result.exitCode), "after \(seconds) s: \(result.standardError)")
    #expect(lines.count == Int(result.exitCode), "after \(seconds) s: \(result.standardError)")
    #expect(lines.allSatisfy { $0.contains(": cut: ") }, "after \(seconds) s: \(lines)")
  }

  /// Runs a command undisturbed, and then with its file truncated after each tenth of that time.
  private func expectSuccessOrOneLine(_ command: String, cutting name: String) throws {
    let clock = ContinuousClock()
    let begin = clock.now
    let whole = try ToolRun.shell("cp \(name) cut; \(command)", in: directory.path)
    let seconds = (clock.now - begin) / .seconds(1)
    #expect(whole.exitCode == 0, "\(whole.standardError)")
    for tenth in 0...10 {
      let moment = seconds * Double(tenth) / 10
      expectSuccessOrOneLine(try run(command, cutting: name, after: moment), after: moment)
    }
  }

  @Test("gives one line and exit code 1 in dvsprep verify")
  func verify() throws {
    let conversion = try ToolRun.dvsprep(
      "convert", ".", "-T", "1000", "-o", "large.h5", "--quiet", in: directory.path)
    #expect(conversion.exitCode == 0)
    try expectSuccessOrOneLine("$DVSPREP verify cut --quiet", cutting: "large.h5")
  }

  @Test(
    "gives one line and exit code 1 in commands that read a recording",
    arguments: ["info cut", "view cut --png picture.png --force --quiet"])
  func recording(command: String) throws {
    let synthesis = try ToolRun.dvsprep(
      "synth", "synthetic", "--train", "1", "--test", "0", "--events", "3000000", "--quiet",
      in: directory.path)
    #expect(synthesis.exitCode == 0)
    try expectSuccessOrOneLine(
      "$DVSPREP \(command)", cutting: "synthetic/DvsGesture/user01_fluorescent.aedat")
  }

  @Test("gives one line and exit code 1 in training, whose checkpoint stays valid")
  func training() throws {
    let arguments = "-T 2 -channels 1 -b 2 -epochs 1000000 --quiet"
    let cache = try #require(directory.names().first { $0.hasSuffix(".h5") })
    for (number, seconds) in [0, 0.05, 0.1, 0.3, 0.6, 1].enumerated() {
      let result = try run(
        "$DVSTRAIN -data_dir cut -out_dir logs\(number) \(arguments)", cutting: cache,
        after: seconds)
      #expect(result.exitCode == 1)
      expectSuccessOrOneLine(result, after: seconds)
      let folder = directory.file("logs\(number)")
      guard folder.isDirectory, let run = try namesInDirectory(folder).first else { continue }
      let checkpoint = folder.appending(run).appending("checkpoint_latest.safetensors")
      guard checkpoint.exists else { continue }
      let resumed = try ToolRun.dvstrain(
        "-data_dir \(cache) -out_dir logs\(number) \(arguments) -resume auto -max_steps 1"
          .split(separator: " ").map(String.init), in: directory.path)
      #expect(resumed.exitCode == 0, "\(resumed.standardError)")
    }
  }
}

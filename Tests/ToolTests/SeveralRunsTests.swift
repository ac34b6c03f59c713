import FileAccess
import Support
import SystemPackage
import Testing

@Suite("Several runs and starts")
struct SeveralRunsTests {
  private let directory: TemporaryDirectory
  private static let small = "-data_dir . -T 2 -channels 1 -b 4 --quiet"
  private static let run = "logs/T_2_b_4_c_1_Adam_lr_0.001_CosALR_32"

  init() throws { directory = try ToolRun.folderWithCache() }

  private func dvstrain(_ arguments: String) throws -> CommandResult {
    try ToolRun.dvstrain(arguments.split(separator: " ").map(String.init), in: directory.path)
  }

  @Test("a run without a complete epoch has no report, and none is announced")
  func noReport() throws {
    let result = try dvstrain("-data_dir . -T 2 -channels 1 -b 4 -max_steps 1")
    #expect(result.exitCode == 0)
    #expect(result.errorLines.last == "dvstrain: ./\(Self.run): 1 step done")
    #expect(!directory.file("\(Self.run)/report.html").exists)
  }

  @Test("-resume auto is proposed only where it works")
  func resume() throws {
    #expect(try dvstrain("\(Self.small) -max_steps 1").exitCode == 0)
    let start = "dvstrain: ./\(Self.run): contains a checkpoint of an earlier run"
    #expect(
      try dvstrain(Self.small).errorLines
        == ["\(start): -resume auto resumes it, --force starts over"])
    #expect(try dvstrain("\(Self.small) -epochs 1 -resume auto").exitCode == 0)
    #expect(
      try dvstrain("\(Self.small) -epochs 1").errorLines == [
        "\(start) that has trained 1 epoch: -resume auto with more -epochs resumes it, "
          + "--force starts over"
      ])
    #expect(try dvstrain("\(Self.small) -epochs 2 -resume auto").exitCode == 0)
    _ = try ToolRun.dvsprep(
      "convert", ".", "-T", "2", "--subject", "1,24", "--force", "--quiet", in: directory.path)
    let other = try dvstrain("\(Self.small) -epochs 3")
    #expect(other.exitCode == 1)
    #expect(other.errorLines.count == 1)
    #expect(
      other.standardError.hasPrefix(
        "\(start), from which -resume auto cannot continue (the checkpoint is of a different"))
    #expect(other.standardError.hasSuffix(": --force starts over, another -out_dir keeps both\n"))
    #expect(try dvstrain("\(Self.small) -epochs 3 -resume auto").exitCode == 1)
  }

  @Test("eval of several checkpoints prints a line of each, also where one cannot be evaluated")
  func severalCheckpoints() throws {
    #expect(try dvstrain("\(Self.small) -epochs 1").exitCode == 0)
    let latest = "\(Self.run)/checkpoint_latest.safetensors"
    let best = "\(Self.run)/checkpoint_max.safetensors"
    let one = try dvstrain("eval \(latest) -data_dir .").standardOutput
    let both = try dvstrain("eval \(latest) \(best) -data_dir . --quiet")
    #expect(both.exitCode == 0)
    let lines = both.standardOutput.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[0].hasPrefix("checkpoint "))
    #expect(lines[1].hasPrefix(latest) && lines[2].hasPrefix(best))
    let accuracy = try #require(one.split(separator: "(").first?.dropFirst("accuracy ".count))
    #expect(lines[1].contains(accuracy.dropLast()))
    let json = try dvstrain("eval \(latest) \(best) -data_dir . --quiet --json").standardOutput
    #expect(json.split(separator: "\n").count == 2)
    let partly = try dvstrain("eval none \(best) -data_dir . --quiet")
    #expect(partly.exitCode == 1)
    // The small network may be silent, which is a warning.
    #expect(
      partly.errorLines.filter { !$0.contains(": warning: ") }
        == ["dvstrain: none: cannot be opened: No such file or directory"])
    #expect(partly.standardOutput.split(separator: "\n").count == 2)
  }

  @Test("plot looks at the runs first, and replaces only its own picture")
  func plotAgain() throws {
    #expect(try dvstrain("\(Self.small) -epochs 1").exitCode == 0)
    for _ in 0..<2 {
      let result = try dvstrain("plot logs")
      #expect(result.exitCode == 0, "\(result.standardError)")
      #expect(result.errorLines == ["dvstrain: runs.svg: test accuracy of 1 run"])
    }
    let missing = try dvstrain("plot nosuch")
    #expect(missing.exitCode == 1)
    #expect(missing.errorLines.first?.hasPrefix("dvstrain: nosuch: ") == true)
    let exists = "dvstrain: runs.svg: a file of this name exists; --force replaces it"
    #expect(try dvstrain("plot logs -o runs.svg").errorLines == [exists])
    try directory.write("<svg>a drawing</svg>", to: "runs.svg")
    #expect(try dvstrain("plot logs").errorLines == [exists])
    #expect(try readFile(directory.file("runs.svg")) == Array("<svg>a drawing</svg>".utf8))
  }

  @Test("plot refuses a curve that no run has")
  func noCurve() throws {
    #expect(try dvstrain("\(Self.small) -epochs 1").exitCode == 0)
    let result = try dvstrain("plot logs --curve val_acc")
    #expect(result.exitCode == 1)
    #expect(
      result.errorLines == [
        "dvstrain: \(Self.run): --curve val_acc: no run has it: they have train_loss, train_acc, "
          + "test_loss, test_acc, learning_rate, samples_per_second"
      ])
    #expect(!directory.file("runs.svg").exists)
  }
}

import FileAccess
import Support
import SystemPackage
import Testing

@Suite("What dvstrain draws")
struct TrainPictureTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try ToolRun.folderWithCache()
    for channels in [1, 2] {
      _ = try dvstrain(
        "-data_dir . -out_dir logs -T 2 -channels \(channels) -b 4 -epochs 1 --quiet")
    }
  }

  private static let run = "logs/T_2_b_4_c_1_Adam_lr_0.001_CosALR_32"

  private func dvstrain(_ arguments: String) throws -> CommandResult {
    try ToolRun.dvstrain(arguments.split(separator: " ").map(String.init), in: directory.path)
  }

  private func text(_ name: String) throws -> String {
    String(decoding: try readFile(directory.file(name)), as: UTF8.self)
  }

  @Test("compares runs, and replaces a named picture only with --force")
  func plot() throws {
    let result = try dvstrain("plot logs")
    #expect(result.exitCode == 0, "\(result.standardError)")
    #expect(result.errorLines == ["dvstrain: runs.svg: test accuracy of 2 runs"])
    let lines = result.standardOutput.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[1].hasPrefix("channels 1 ") && lines[2].hasPrefix("channels 2 "))
    let picture = try text("runs.svg")
    #expect(xmlDefect(picture) == nil)
    #expect(picture.contains("Test accuracy of 2 runs") && picture.contains(">channels 2<"))

    let again = try dvstrain("plot logs -o runs.svg")
    #expect(again.exitCode == 1)
    #expect(
      again.errorLines == ["dvstrain: runs.svg: a file of this name exists; --force replaces it"])
    let other = try dvstrain("plot logs --curve train_loss --force --quiet --json")
    #expect(other.exitCode == 0 && other.errorLines.isEmpty)
    #expect(
      other.standardOutput.split(separator: "\n").allSatisfy {
        $0.hasPrefix("{\"command\":\"plot\"")
      })
    #expect(try text("runs.svg").contains("Training loss of 2 runs"))
    #expect(try dvstrain("plot \(Self.run) -o a.html --quiet").exitCode == 0)
    #expect(try text("a.html").hasPrefix("<!DOCTYPE html>"))
  }

  @Test(
    "exits with 64 on wrong usage and with 1 for folders that are not runs, in one line",
    arguments: [
      ("plot", 64, "Missing expected argument '<dir> ...'"),
      (
        "plot logs -o runs.png", 64,
        "-o: a name that ends in .svg or .html expected, 'runs.png' found"
      ),
      ("plot logs --curve loss", 64, "The value 'loss' is invalid for '--curve <name>'"),
      (
        "plot logs --curve val_acc", 1,
        "--curve val_acc: no run has it: they have train_loss, train_acc, test_loss, test_acc, learning_rate,"
      ),
      ("plot DvsGesture", 1, "DvsGesture: no run of dvstrain: metrics.jsonl expected in it"),
      ("plot missing", 1, "missing: cannot be opened"),
      ("plot logs -o missing/a.svg", 1, "cannot be written"),
    ])
  func mistakes(arguments: String, code: Int, text: String) throws {
    let result = try dvstrain(arguments)
    #expect(Int(result.exitCode) == code)
    #expect(result.standardOutput.isEmpty)
    #expect(result.errorLines.count == 1)
    #expect(result.errorLines.first?.contains(text) == true, "\(result.standardError)")
  }

  @Test("names the corrupt line of metrics.jsonl, or a folder of that name, and draws nothing")
  func corruptRun() throws {
    let lines = try text("\(Self.run)/metrics.jsonl")
    try directory.write(lines + "{\"type\"\n" + lines, to: "\(Self.run)/metrics.jsonl")
    let result = try dvstrain("plot logs")
    #expect(result.exitCode == 1 && result.standardOutput.isEmpty)
    #expect(
      result.errorLines == [
        "dvstrain: \(Self.run)/metrics.jsonl: line 2: the line of an epoch or a step expected"
      ])
    let resumed = try dvstrain(
      "-data_dir . -out_dir logs -T 2 -channels 1 -b 4 -epochs 2 -resume auto --quiet")
    #expect(resumed.exitCode == 1)
    #expect(resumed.errorLines.first?.contains("metrics.jsonl: line 2 is corrupt") == true)
    #expect(try text("\(Self.run)/metrics.jsonl") == lines + "{\"type\"\n" + lines)
    try removeTree(directory.file("\(Self.run)/metrics.jsonl"))
    try createDirectories(directory.file("\(Self.run)/metrics.jsonl"))
    #expect(try dvstrain("plot logs").errorLines.first?.contains("metrics.jsonl: a file") == true)
    #expect(!directory.file("runs.svg").exists)
  }

  @Test("draws a recording over time with its labels, and refuses to draw a cache")
  func timeline() throws {
    let checkpoint = "\(Self.run)/checkpoint_latest.safetensors"
    let command =
      "predict \(checkpoint) DvsGesture/user24_lab.aedat -window 0.005 -step 0.005 --html page.html"
    let result = try dvstrain(command)
    #expect(result.exitCode == 0, "\(result.standardError)")
    let page = try text("page.html")
    #expect(page.contains("Gestures predicted in user24_lab.aedat"))
    #expect(page.contains(">agreement<") && page.contains("times real time"))
    let again = try dvstrain(command)
    #expect(again.exitCode == 1 && again.standardOutput.isEmpty)
    #expect(
      again.errorLines == ["dvstrain: page.html: a file of this name exists; --force replaces it"]
    )
    #expect(try dvstrain("\(command) --force --quiet").exitCode == 0)
    let whole = try dvstrain("predict \(checkpoint) DvsGesture/user24_lab.aedat -window 1000")
    #expect(whole.standardOutput.contains("no accuracy: no label covers"))
    for input in [checkpoint, "DvsGesture/user24_lab.aedat", "DvsGesture/user24_lab_labels.csv"] {
      let before = try readFile(directory.file(input))
      let result = try dvstrain(
        "predict \(checkpoint) DvsGesture/user24_lab.aedat --html \(input) --force")
      #expect(result.exitCode == 1 && result.standardOutput.isEmpty)
      #expect(result.errorLines == ["dvstrain: \(input): an input cannot also be the output"])
      #expect(try readFile(directory.file(input)) == before)
    }
    let cache = try dvstrain("predict \(checkpoint) . --html other.html")
    #expect(cache.exitCode == 64 && cache.errorLines.count == 1)
    #expect(cache.errorLines.first?.contains("--html draws a recording over time") == true)
    #expect(!directory.file("other.html").exists)
  }
}

import FileAccess
import FoundationEssentials
import Support
import SystemPackage
import Testing

@Suite("dvsprep inspect")
struct InspectTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    var generator = SeededGenerator(seed: 3)
    try SmallDataSet.random(using: &generator).write(to: directory.file("DvsGesture"))
    _ = try ToolRun.dvsprep(
      "convert", ".", "--quiet", "-T", "4", "-o", "a.h5", in: directory.path)
  }

  private func inspect(_ arguments: String...) throws -> CommandResult {
    try ToolRun.shell(
      "exec \"$DVSPREP\" inspect \(arguments.joined(separator: " "))", in: directory.path)
  }

  @Test("prints settings, groups, distributions and outliers, identically on any number of threads")
  func statistics() throws {
    let result = try inspect("a.h5", "-j1")
    #expect(result.exitCode == 0)
    #expect(result.standardError.isEmpty)
    for text in [
      "a.h5: frame cache, ", "\nby class\n  1 hand_clapping (label 0) ", "\nby subject\n  1 ",
      "\nby lighting\n  fluorescent ", "\nevents per sample ", "\nframe, ms ",
      "\nempty         4 samples without events\n", "\nhot pixels    0; ",
      "\nequal frames  0 groups",
      "\noutliers      0 values far from the others of their class\n", " % without events\n",
    ] {
      #expect(result.standardOutput.contains(text), "\(text)")
    }
    // Only tables fit the terminal by themselves.
    for start in ["events  ", "cells  ", "outliers  "] {
      let lines = result.standardOutput.split(separator: "\n").filter { $0.hasPrefix(start) }
      #expect(!lines.isEmpty && lines.allSatisfy { $0.count <= 80 }, "\(start)")
    }
    #expect(try inspect("a.h5", "-j3").standardOutput == result.standardOutput)
  }

  @Test("writes statistics and a sample as one JSON object")
  func json() throws {
    let whole = try inspect("a.h5", "--json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let statistics = try decoder.decode(
      Statistics.self, from: Data(whole.standardOutput.utf8))
    #expect(statistics.trainSamples == 15 && statistics.emptySamples.count == 4)
    #expect(statistics.measures.count == 9)
    let cellCount = statistics.cellFrequencies.reduce(0, +)
    #expect(cellCount == 20 * 4 * 32_768)
    let one = try inspect(
      "a.h5", "--json", "--sample", "test:1", "--png", "a.png", "--gif", "a.gif")
    #expect(one.standardError.isEmpty)
    let sample = try decoder.decode(Sample.self, from: Data(one.standardOutput.utf8))
    #expect(sample.split == "test" && sample.number == 1 && sample.frames.count == 4)
    let counted = sample.frames.map { $0.offEvents + $0.onEvents }
    #expect(counted.reduce(0, +) == sample.events)
    #expect(sample.png.frameOrigins.count == 4 && sample.gif.centiseconds.count == 4)
    #expect(try readFile(directory.file("a.png")).starts(with: [0x89, 0x50, 0x4E, 0x47]))
    #expect(try readFile(directory.file("a.gif")).starts(with: Array("GIF89a".utf8)))
  }

  private struct Statistics: Decodable {
    struct Spread: Decodable { let name: String }
    let trainSamples: Int
    let measures: [Spread]
    let emptySamples: [String]
    let cellFrequencies: [Int]
  }

  private struct Sample: Decodable {
    struct Frame: Decodable {
      let offEvents: Int
      let onEvents: Int
    }
    struct Sheet: Decodable { let frameOrigins: [[Int]] }
    struct Animation: Decodable { let centiseconds: [Int] }
    let split: String
    let number: Int
    let events: Int
    let frames: [Frame]
    let png: Sheet
    let gif: Animation
  }

  @Test(
    "exits with 64 and one line on wrong usage",
    arguments: [
      (
        "a.h5 --sample 17",
        "--sample: train:17, train/7/user01_led_1 or train/arm_roll/user01_led_1 expected, '17' found"
      ),
      ("a.h5 --png a.png", "--png: --sample expected with it"),
      ("a.h5 --play", "--play: --sample expected with it"),
      ("a.h5 --columns 2", "--columns: --sample expected with it"),
      ("a.h5 --sample train:1 --columns 0", "--columns: 1 to 100 expected, 0 found"),
      ("a.h5 --sample train:1 --columns 2 --play", "--columns: not with --play"),
      ("a.h5 --sample train:1 --zoom 17", "--zoom: 1 to 16 expected, 17 found"),
      ("a.h5 --sample train:1 --scale 0", "--scale: 1 to 65535 expected, 0 found"),
      ("a.h5 --sample train:1 --speed 0", "--speed: 0.001 to 1000 expected, 0.0 found"),
      ("a.h5 --sample train:1 --speed nan", "--speed: 0.001 to 1000 expected, nan found"),
      ("a.h5 --sample train:1 --png a --gif a", "--png and --gif: two files expected"),
      ("a.h5 --sample train:1 --play --json", "--play: not with --json"),
      ("a.h5 --sample train:1 --draw red", "The value 'red' is invalid"),
      ("", "Missing expected argument '<cache>'"),
    ])
  func wrongUsage(arguments: String, message: String) throws {
    let result = try inspect(arguments)
    #expect(result.exitCode == 64)
    #expect(result.standardError.contains(message), "\(result.standardError)")
    #expect(result.errorLines.count == 1)
    #expect(result.standardOutput.isEmpty)
  }

  @Test(
    "exits with 1 and one line where it cannot do what is asked, and changes nothing",
    arguments: [
      (
        "a.h5 --sample train:15",
        "dvsprep: a.h5: no sample train:15: the train samples are numbered from 0 to 14"
      ),
      (
        "a.h5 --sample train/7/user09_led_0",
        "dvsprep: a.h5: no sample train/7/user09_led_0: did you mean train/7/user02_led_0, "
          + "train/1/user02_led_0, train/0/user02_led_0, train/10/user02_led_0?"
      ),
      ("none.h5", "dvsprep: none.h5: cannot be opened: No such file or directory"),
      (
        "a.h5 --sample train:1 --png old",
        "dvsprep: old: a file of this name exists; --force replaces it"
      ),
      (
        "a.h5 --sample train:1 --png new.png --gif old",
        "dvsprep: old: a file of this name exists; --force replaces it"
      ),
      (
        "a.h5 --sample train:1 --force --gif a.h5",
        "dvsprep: a.h5: an input cannot also be the output"
      ),
      (
        "a.h5 --sample train:1 --force --gif link.h5",
        "dvsprep: link.h5: an input cannot also be the output"
      ),
      (
        "a.h5 --sample train:1 --force --png DvsGesture",
        "dvsprep: DvsGesture: a folder found, a file name expected"
      ),
      (
        "a.h5 --sample train:1 --force --png /dev/null",
        "dvsprep: /dev/null: a regular file expected, something else found"
      ),
      (
        "a.h5 --sample train:1 --png none/a.png",
        "dvsprep: none: cannot be written to: No such file or directory"
      ),
      (
        "a.h5 --sample train:1 --play",
        "dvsprep: stdout: a terminal expected for --play; --gif writes an animation"
      ),
    ])
  func refused(arguments: String, message: String) throws {
    try directory.write("kept", to: "old")
    _ = try runCommand("ln", ["-s", "a.h5", "link.h5"], in: directory.path)
    let names = try directory.names()
    let cache = try readFile(directory.file("a.h5"))
    let result = try inspect(arguments)
    #expect(result.exitCode == 1)
    #expect(result.standardError == message + "\n")
    #expect(result.standardOutput.isEmpty)
    #expect(try directory.names() == names)
    #expect(try readFile(directory.file("old")) == Array("kept".utf8))
    #expect(try readFile(directory.file("a.h5")) == cache)
    #expect(try inspect("a.h5", "--sample", "train:1", "--png", "old", "--force").exitCode == 0)
    #expect(try readFile(directory.file("old")).starts(with: [0x89]))
  }

  @Test("draws frames only in a terminal or with --draw, and says so")
  func drawing() throws {
    let plain = try inspect("a.h5", "--sample", "train:1")
    #expect(plain.exitCode == 0)
    #expect(
      plain.errorLines == [
        "dvsprep: stdout is not a terminal, so no frames are drawn: --draw plain, 256 or truecolor draws "
          + "them, --png and --gif write files"
      ])
    #expect(!plain.standardOutput.contains("\u{1B}"))
    #expect(try inspect("a.h5", "--sample", "train:1", "--quiet").standardError.isEmpty)
    let drawn = try inspect("a.h5", "--sample", "train:1", "--draw", "plain")
    #expect(drawn.standardError.isEmpty && !drawn.standardOutput.contains("\u{1B}"))
    #expect(
      drawn.standardOutput.hasPrefix(plain.standardOutput + "\n- = OFF   + # ON   * @ both\n"))
    // Four frames of 16 × 8 characters are a row of 80 columns; with --columns 1 each has its own.
    let lines = drawn.standardOutput.dropFirst(plain.standardOutput.count)
      .split(separator: "\n").map(String.init)
    #expect(lines.count == 10 && lines.allSatisfy { $0.count <= 80 })
    #expect(lines[1].hasPrefix("0: ") && lines[1].contains("  3: "))
    let large = try inspect("a.h5", "--sample", "train:1", "--draw", "plain", "--columns", "1")
    let captions = large.standardOutput.split(separator: "\n").suffix(4 * 33)
      .filter { $0.wholeMatch(of: #/[0-3]: .*/#) != nil }
    #expect(captions.count == 4)
    let colours = try inspect("a.h5", "--sample", "train:1", "--draw", "truecolor")
    #expect(colours.standardOutput.contains("\u{1B}[38;2;") && colours.standardOutput.contains("▀"))
    let none = try inspect("a.h5", "--sample", "train:1", "--draw", "none")
    #expect(none.standardOutput == plain.standardOutput && none.standardError.isEmpty)
  }

  @Test(
    "draws with the terminal's colours, and restores the terminal when Ctrl-C ends --play",
    .enabled(if: PseudoTerminal.isPresent, PseudoTerminal.comment),
    arguments: [
      ("TERM=xterm COLORTERM=truecolor", "[38;2;"), ("TERM=xterm", "[38;5;"), ("TERM=dumb", nil),
    ])
  func terminal(environment: String, code: String?) throws {
    // script(1) gives the tool a terminal.
    let drawn = try ToolRun.shell(
      "unset NO_COLOR COLORTERM; \(environment) script -qec '\"$DVSPREP\" inspect a.h5 --sample train:1' /dev/null",
      in: directory.path)
    #expect(drawn.exitCode == 0)
    #expect(drawn.standardOutput.contains(" both\r\n") == true)
    if let code {
      #expect(drawn.standardOutput.contains("\u{1B}\(code)"))
    } else {
      #expect(!drawn.standardOutput.contains("\u{1B}"))
    }
    let played = try ToolRun.shell(
      "unset NO_COLOR COLORTERM; \(environment) script -qec "
        + "'timeout --foreground -s INT 1 \"$DVSPREP\" inspect a.h5 --sample train:1 --play' /dev/null",
      in: directory.path)
    #expect(played.standardOutput.contains("\u{1B}[?25l"))
    #expect(played.standardOutput.hasSuffix("\u{1B}[0m\u{1B}[?7h\u{1B}[?25h"))
    #expect(played.exitCode == 124)
  }

  @Test("control characters in an argument do not reach the terminal")
  func plainOutput() throws {
    let result = try inspect("a.h5", "--sample", "\"train/7/\u{1B}[31m\"")
    #expect(result.exitCode == 1)
    #expect(!result.standardError.contains("\u{1B}"))
  }
}

import FileAccess
import FoundationEssentials
import Support
import SystemPackage
import Testing

@Suite("The command line of dvsprep")
struct CommandLineTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    var generator = SeededGenerator(seed: 3)
    try SmallDataSet.random(using: &generator).write(to: directory.file("DvsGesture"))
  }

  @Test("converts, reports the result, and does nothing the second time")
  func convert() throws {
    let first = try ToolRun.dvsprep("convert", ".", "-j", "2", in: directory.path)
    #expect(first.exitCode == 0)
    let cache = "./frames_number_16_split_by_number.h5"
    #expect(
      first.standardOutput.hasPrefix("\(cache): 15 training and 5 test samples, T 16, uint8, "))
    #expect(
      first.errorLines.first
        == "dvsprep: . -> \(cache): T 16 by number, invalid events keep, zstd level 1, 2 threads")
    #expect(first.errorLines.dropFirst().allSatisfy { $0.hasPrefix("dvsprep: warning: ") })
    let second = try ToolRun.dvsprep("convert", ".", in: directory.path)
    #expect(second.exitCode == 0)
    #expect(
      second.standardOutput == "\(cache): up to date: 15 training and 5 test samples, T 16\n")
    let other = try ToolRun.dvsprep("convert", ".", "--level", "4", in: directory.path)
    #expect(other.exitCode == 1)
    #expect(
      other.errorLines(without: "->") == [
        "dvsprep: \(cache): the cache was made with compression level 1 instead of 4; "
          + "--force replaces it, -o makes another"
      ])
  }

  @Test("writes only warnings, results and errors with --quiet")
  func quiet() throws {
    let result = try ToolRun.dvsprep("convert", "--quiet", ".", in: directory.path)
    #expect(result.exitCode == 0)
    #expect(result.errorLines.allSatisfy { $0.hasPrefix("dvsprep: warning: ") })
  }

  @Test("writes JSON, one object per line, for every command")
  func json() throws {
    for arguments in [
      ["synth", "synthetic", "--train", "1", "--test", "1", "--events", "2000"],
      ["convert", "synthetic"], ["info", "synthetic"],
      ["info", "synthetic/frames_number_16_split_by_number.h5"],
      ["info", "DvsGesture/user02_led.aedat"],
      ["verify", "synthetic/frames_number_16_split_by_number.h5", "--source", "synthetic"],
    ] {
      let result = try ToolRun.shell(
        "exec \"$DVSPREP\" \(arguments.joined(separator: " ")) --json --quiet",
        in: directory.path)
      #expect(result.exitCode == 0)
      let lines = result.standardOutput.split(separator: "\n")
      #expect(lines.count == 1)
      for line in lines {
        let object = try JSONDecoder().decode(
          [String: AnyJSON].self, from: Data(line.utf8))
        #expect(!object.isEmpty)
      }
    }
  }

  @Test(
    "exits with 64 on wrong usage and says what is expected",
    arguments: [
      ([], "convert", "Missing expected argument '<input>'"),
      (["x", "-T", "0"], "convert", "-T: 1 to 65535 frames expected, 0 found"),
      (["x", "-T", "-1"], "convert", "-T: 1 to 65535 frames expected, -1 found"),
      (["x", "-j", "-1"], "convert", "-j: 1 to 1024 threads expected, -1 found"),
      (["x", "-T", "few"], "convert", "The value 'few' is invalid"),
      (["x", "--duration", "0"], "convert", "--duration: 1 or more microseconds expected"),
      (["x", "--duration", "9", "-T", "3"], "convert", "leave out -T and --split-by"),
      (["x", "--level", "99"], "convert", "--level: 1 to 22 expected, 99 found"),
      (["x", "-j", "0"], "convert", "-j: 1 to 1024 threads expected, 0 found"),
      (
        ["x", "--class", "12"], "convert",
        "a class's name, as in arm_roll, or its number from 1 to 11 expected, '12' found"
      ),
      (["x", "--lighting", "moon"], "convert", "led, natural expected, 'moon' found"),
      (["x", "--split-by", "duration"], "convert", "The value 'duration' is invalid"),
      (["x", "--nonsense"], "convert", "Unknown option '--nonsense'"),
      (["x", "--train", "99"], "synth", "--train: 0 to 98 recordings expected, 99 found"),
      (["x", "--train", "0", "--test", "0"], "synth", "at least one recording expected"),
      ([], "info", "Missing expected argument"),
      ([], "verify", "Missing expected argument"),
      (["x"], "view", "--html or --png expected"),
      (["x", "--png", "a.JPG"], "view", "--png: a name that ends in .png expected, 'a.JPG' found"),
      (
        ["x", "--sample", "test:0", "--gif", "a.png"], "inspect", "--gif: a name that ends in .gif"
      ),
      (["x", "--html", "a", "--png", "a"], "view", "--html and --png: two files expected"),
      (
        ["x", "--sample", "test:0", "--html", "a", "--gif", "a"], "inspect",
        "--html: a file of its own"
      ),
    ])
  func wrongUsage(arguments: [String], command: String, message: String) throws {
    let result = try ToolRun.shell(
      "exec \"$DVSPREP\" \(command) \(arguments.joined(separator: " "))", in: directory.path)
    #expect(result.exitCode == 64)
    #expect(result.standardError.contains(message), "\(result.standardError)")
    #expect(result.standardError.split(separator: "\n").count == 1, "\(result.standardError)")
    #expect(result.standardOutput.isEmpty)
  }

  @Test("shows version, help with examples, and completions, and exits with 0")
  func help() throws {
    #expect(try ToolRun.dvsprep("--version").standardOutput == "dvsprep 0.1.0\n")
    for command in ["convert", "info", "inspect", "verify", "synth", "view"] {
      let result = try ToolRun.dvsprep(command, "--help")
      #expect(result.exitCode == 0)
      #expect(result.standardOutput.contains("EXAMPLES\n  dvsprep \(command) "))
    }
    // 0 degrees are not listed: that is the default.
    let convert = try ToolRun.dvsprep("convert", "--help").standardOutput
    #expect(convert.contains("90, 180, 270") && !convert.contains(" 0, 90"))
    let turned = try ToolRun.dvsprep("convert", "x", "--rotate", "45")
    #expect(turned.exitCode == 64 && turned.standardError.contains("'--rotate <90|180|270>'"))
    for shell in ["bash", "zsh", "fish"] {
      let result = try ToolRun.dvsprep("--generate-completion-script", shell)
      #expect(result.exitCode == 0)
      #expect(result.standardOutput.contains("dvsprep"))
    }
  }

  @Test("verify names corrupt files, continues with the next one, and exits with 1")
  func verify() throws {
    _ = try ToolRun.dvsprep("convert", ".", "-o", "a.h5", in: directory.path)
    var bytes = try readFile(directory.file("a.h5"))
    try directory.write(bytes, to: "valid.h5")
    bytes.removeLast(7)
    try directory.write(bytes, to: "cut.h5")
    let result = try ToolRun.dvsprep("verify", "cut.h5", "none.h5", "valid.h5", in: directory.path)
    #expect(result.exitCode == 1)
    // The label windows of the random data set overlap.
    let errors = result.errorLines(without: "dvsprep: warning: valid.h5: sample ")
    try #require(errors.count == 2)
    #expect(errors[0].hasPrefix("dvsprep: cut.h5: the file cannot be read as HDF5: "))
    #expect(
      errors[1]
        == "dvsprep: none.h5: cannot be opened: No such file or directory")
    #expect(result.standardOutput.hasPrefix("valid.h5: valid: 15 training and 5 test samples"))
  }

  @Test("a full stdout is an error; a closed one never makes output go into a file")
  func standardStreams() throws {
    let full = try ToolRun.shell("\"$DVSPREP\" info DvsGesture >/dev/full", in: directory.path)
    #expect(full.exitCode == 1)
    #expect(full.standardError.contains("stdout: cannot be written: No space left on device"))
    // Libraries of MPI take stdout's buffer away.
    let unbuffered = try ToolRun.shell(
      "stdbuf -o0 \"$DVSPREP\" info DvsGesture >/dev/full", in: directory.path)
    #expect(unbuffered.exitCode == 1)
    #expect(unbuffered.standardError.contains("stdout: cannot be written: "))
    let closed = try ToolRun.shell(
      "\"$DVSPREP\" convert . -o a.h5 0<&- 1>&- 2>&-; \"$DVSPREP\" verify --quiet a.h5",
      in: directory.path)
    #expect(closed.exitCode == 0)
    #expect(closed.standardOutput.hasPrefix("a.h5: valid"))
  }

  @Test("--force does not replace recordings, folders or devices")
  func forceHasLimits() throws {
    let recording = directory.file("DvsGesture/user02_led.aedat")
    let before = try readFile(recording)
    for (output, message) in [
      ("DvsGesture/user02_led.aedat", "the file is one that the cache is to be made from"),
      ("DvsGesture", "a folder; the name of the cache's file is expected"),
      ("/dev/null", "a regular file expected, something else found"),
      ("missing/a.h5", "missing: cannot be written to: No such file or directory"),
    ] {
      let result = try ToolRun.dvsprep(
        "convert", ".", "--quiet", "--force", "-o", output, in: directory.path)
      #expect(result.exitCode == 1)
      #expect(result.standardError.contains(message), "\(result.standardError)")
    }
    #expect(try readFile(recording) == before)
    #expect(try directory.names() == ["DvsGesture"])
  }

  @Test("options with one letter take their value with or without a space")
  func joinedValues() throws {
    let result = try ToolRun.dvsprep(
      "convert", ".", "--quiet", "-j2", "-T4", "-o", "a.h5", in: directory.path)
    #expect(result.exitCode == 0)
    #expect(result.standardOutput.contains("T 4, uint8"))
  }

  @Test("control characters in a file do not reach the terminal")
  func plainOutput() throws {
    let bytes = Array("#!AER-DAT3.1\r\n#Source 1: \u{1B}[31mred\u{07}\r\n#!END-HEADER\r\n".utf8)
    try directory.write(bytes, to: "a.aedat")
    let result = try ToolRun.dvsprep("info", "a.aedat", in: directory.path)
    #expect(result.exitCode == 0)
    #expect(result.standardOutput.contains("source        ?[31mred?\n"))
  }

  @Test("info describes a recording")
  func info() throws {
    let path = Fixtures.path("real/user01_fluorescent_partial100ms.aedat")
    let result = try ToolRun.dvsprep("info", path.string)
    #expect(result.exitCode == 0)
    #expect(result.standardOutput.contains("polarity: 75057 events in "))
    #expect(result.standardOutput.contains("windows\n"))
  }
}

/// Any value of JSON.
private struct AnyJSON: Decodable {
  init(from decoder: any Decoder) throws { _ = try decoder.singleValueContainer() }
}

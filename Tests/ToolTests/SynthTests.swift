import FileAccess
import Support
import SystemPackage
import Testing

@Suite("dvsprep synth")
struct SynthTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func synth(_ arguments: String) throws -> CommandResult {
    try ToolRun.shell(
      "exec \"$DVSPREP\" synth \(arguments) --train 2 --test 1 --events 20000",
      in: directory.path)
  }

  @Test("writes the files of DvsGesture, with exactly the given number of events")
  func layout() throws {
    #expect(try synth("data").exitCode == 0)
    let names = try namesInDirectory(directory.file("data/DvsGesture"))
    #expect(names.count == 11)
    for name in [
      "LICENSE.txt", "README.txt", "gesture_mapping.csv", "trials_to_test.txt",
      "trials_to_train.txt",
    ] { #expect(names.contains(name)) }
    let recordings = names.filter { $0.hasSuffix(".aedat") }
    #expect(recordings.count == 3)
    for name in recordings {
      let result = try ToolRun.dvsprep(
        "info", "--json", directory.file("data/DvsGesture/\(name)").string)
      #expect(result.standardOutput.contains("\"polarity\":20000"))
      #expect(result.standardOutput.contains("\"outside_events\":0"))
      #expect(result.standardOutput.contains("\"backward_steps\":0"))
    }
  }

  @Test("gives the same bytes on any number of threads, with a known SHA-256")
  func knownBytes() throws {
    for threadCount in [1, 3] {
      #expect(try synth("data\(threadCount) -j \(threadCount)").exitCode == 0)
      let sums = try ToolRun.shell(
        "cd data\(threadCount)/DvsGesture && cat * | sha256sum", in: directory.path)
      #expect(sums.standardOutput.hasPrefix(Self.knownSHA256))
    }
  }

  /// Checksum of all files in the order of their names: 2 + 1 recordings of 20 000 events, seed 1.
  private static let knownSHA256 =
    "355ea71ef2139ccfd2bfee47403231af2855f90cced9d3aa45e1edadd045fa39"

  @Test(
    "stops at a signal and leaves no files",
    arguments: [("HUP", 129), ("INT", 130), ("USR1", 138), ("TERM", 143)])
  func signals(name: String, code: Int) throws {
    // Background processes of a shell inherit that SIGINT is ignored, which the tool heeds, and
    // processes of tests a mask that blocks signals, which the tool must undo.
    let result = try ToolRun.shell(
      """
      env --default-signal=INT "$DVSPREP" synth data --train 90 --test 20 --events 50000 -j 1 2>errors &
      turns=0
      until grep -q "recordings of" errors || [ $turns = 6000 ]; do turns=$((turns + 1)); sleep 0.01; done
      kill -s \(name) $!
      wait $!
      """, in: directory.path)
    #expect(Int(result.exitCode) == code)
    let errors = String(decoding: try readFile(directory.file("errors")), as: UTF8.self)
    #expect(errors.hasSuffix("dvsprep: stopped; nothing was changed\n"), "\(errors)")
    #expect(!directory.file("data/DvsGesture").exists)
  }

  @Test("replaces an existing data set only with --force, and leaves no hidden files")
  func replacing() throws {
    #expect(try synth("data").exitCode == 0)
    try writeFile(Array("mine".utf8), to: directory.file("data/DvsGesture/notes.txt"))
    let again = try synth("data")
    #expect(again.exitCode == 1)
    #expect(
      again.errorLines(without: "recordings of") == [
        "dvsprep: data/DvsGesture: already exists; --force replaces it"
      ])
    #expect(try namesInDirectory(directory.file("data/DvsGesture")).contains("notes.txt"))
    #expect(try synth("data --force").exitCode == 0)
    #expect(try !namesInDirectory(directory.file("data/DvsGesture")).contains("notes.txt"))
    #expect(try namesInDirectory(directory.file("data")) == ["DvsGesture"])
  }
}

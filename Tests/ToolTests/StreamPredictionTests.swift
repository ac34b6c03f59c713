import EventData
import FileAccess
import FoundationEssentials
import Support
import SystemPackage
import Testing

@Suite("dvstrain predict on standard input", .timeLimit(.minutes(10)))
struct StreamPredictionTests {
  private let directory: TemporaryDirectory
  private static let checkpoint =
    "logs/T_2_b_4_c_1_Adam_lr_0.001_CosALR_32/checkpoint_latest.safetensors"
  private static let windows = "-window 0.005 -step 0.005"

  init() throws {
    directory = try ToolRun.folderWithCache()
    let training = try ToolRun.dvstrain(
      [
        "-data_dir", ".", "-out_dir", "logs", "-T", "2", "-channels", "1", "-b", "4", "-epochs",
        "1",
      ],
      in: directory.path)
    #expect(training.exitCode == 0, "\(training.standardError)")
    // Without its label file.
    let bytes = try readFile(directory.file("DvsGesture/user24_lab.aedat"))
    try writeFile(bytes, to: directory.file("a.aedat"))
  }

  /// Runs a script in which `$P` is the prediction of standard input.
  private func shell(_ script: String, _ options: String = "") throws -> CommandResult {
    try ToolRun.shell(
      "P=\"$DVSTRAIN predict \(Self.checkpoint) - \(Self.windows) \(options)\"\n\(script)",
      in: directory.path)
  }

  private struct Line: Decodable, Equatable {
    let startUs: Int64
    let endUs: Int64
    let events: Int
    let prediction: Int?
    let rates: [Float]?
    var latencyUs: Int?

    private enum CodingKeys: String, CodingKey {
      case events, prediction, rates
      case startUs = "start_us"
      case endUs = "end_us"
      case latencyUs = "latency_us"
    }
  }

  private func lines(_ text: String) throws -> [Line] {
    try text.split(separator: "\n").map {
      try JSONDecoder().decode(Line.self, from: Data($0.utf8))
    }
  }

  /// The windows of the file.
  private func expected() throws -> [Line] {
    let result = try ToolRun.dvstrain(
      ["predict", Self.checkpoint, "a.aedat", "--json"]
        + Self.windows.split(separator: " ").map(String.init), in: directory.path)
    #expect(result.exitCode == 0, "\(result.standardError)")
    return try lines(result.standardOutput)
  }

  @Test("gives what it gives of the file, from one that is written slowly, too")
  func equal() throws {
    let expected = try expected()
    #expect(expected.count > 5)
    for writer in [
      "cat a.aedat",
      "dd if=a.aedat bs=97 status=none",
      "{ head -c 1001 a.aedat; sleep 0.4; tail -c +1002 a.aedat; sleep 0.4; }",
    ] {
      let result = try shell("\(writer) | $P", "--json")
      #expect(result.exitCode == 0, "\(writer): \(result.standardError)")
      let found = try lines(result.standardOutput)
      #expect(found.allSatisfy { ($0.latencyUs == nil) == ($0.events == 0) })
      #expect(found.allSatisfy { $0.latencyUs ?? 0 >= 0 })
      #expect(
        found.map {
          var line = $0
          line.latencyUs = nil
          return line
        } == expected)
      #expect(
        result.errorLines.contains { $0.contains("standard input: AEDAT 3.1, windows of 0.005 s") })
      #expect(result.errorLines.last?.contains(" ms, maximum ") == true, "\(result.standardError)")
    }
    let text = try shell("$P < a.aedat", "--quiet")
    #expect(text.exitCode == 0 && text.errorLines(without: "no output neuron").isEmpty)
    let table = text.standardOutput.split(separator: "\n")
    #expect(table.count == expected.count + 1)
    #expect(
      table[0].contains("start s") && table[0].contains("prediction") && !table[0].contains("label")
    )
  }

  @Test("prints a window while the stream is still open")
  func promptly() throws {
    let size = try readFile(directory.file("a.aedat")).count
    let result = try shell(
      """
      mkfifo in
      { head -c \(size / 2) a.aedat; n=0
        while ! [ -s out ] && [ $n -lt 600 ]; do sleep 0.1; n=$((n + 1)); done
        [ -s out ] && echo early >early; tail -c +\(size / 2 + 1) a.aedat; } >in &
      $P <in >out && cat early && wc -l <out
      """, "--json --quiet")
    #expect(result.exitCode == 0, "\(result.standardError)")
    #expect(
      result.standardOutput.split(whereSeparator: \.isWhitespace)
        == ["early", "\(try expected().count)"])
  }

  @Test("that is cut within a packet, or damaged, prints the windows before, and one line")
  func cut() throws {
    let all = try expected()
    let bytes = try readFile(directory.file("a.aedat"))
    try directory.write(Array(bytes.dropLast(5)), to: "cut.aedat")
    let cut = try shell("cat cut.aedat | $P", "--json --quiet")
    #expect(cut.exitCode == 1)
    let lines = cut.errorLines(without: "no output neuron")
    #expect(lines.count == 1 && lines[0].hasPrefix("dvstrain: standard input: byte "), "\(lines)")
    #expect(lines[0].contains(" bytes of events expected, "))
    // Without the events of the last packet.
    #expect(try self.lines(cut.standardOutput).count < all.count)
    try directory.write(
      Array("1 2 3 1\n".utf8) + (0..<40).flatMap { Array("\($0 * 1000) 1 1 1\n".utf8) }
        + Array("hello\n".utf8), to: "bad.txt")
    let text = try shell("cat bad.txt | $P", "--json --quiet")
    #expect(text.exitCode == 1)
    #expect(
      text.errorLines(without: "no output neuron") == [
        "dvstrain: standard input: line 42: a line 't x y p' expected, with four numbers"
      ])
    #expect(try self.lines(text.standardOutput).count == 7)
    for (script, message) in [
      ("$P </dev/null", "standard input: events expected, nothing came"),
      ("gzip -c a.aedat | $P", "a gzip file found: unpack it first, as in 'zcat FILE | "),
      (
        "printf '#!AER-DAT3.1\\r\\n#!END-HEADER\\r\\n' | $P", "the recording has no polarity events"
      ),
      ("cat frames_number_2_split_by_number.h5 | $P", "name the file instead of -"),
    ] {
      let result = try shell(script, "--quiet")
      #expect(result.exitCode == 1 && result.standardOutput.isEmpty)
      #expect(result.errorLines.count == 1 && result.standardError.contains(message), "\(script)")
    }
  }

  @Test("ends with a summary when a signal comes, or nobody reads what it prints")
  func ended() throws {
    for (signal, code) in [("INT", 130), ("TERM", 143)] as [(String, Int32)] {
      let result = try shell(
        """
        rm -f in out pid; mkfifo in; export P
        { cat a.aedat; exec sleep 60; } >in & writer=$!
        { n=0; while ! [ -s out ] && [ $n -lt 600 ]; do sleep 0.1; n=$((n + 1)); done
          kill -\(signal) $(cat pid); } &
        sh -c 'echo $$ >pid; exec $P <in >out'; code=$?
        kill $writer; cat out; exit $code
        """, "--json")
      #expect(result.exitCode == code, "\(result.standardError)")
      #expect(try !lines(result.standardOutput).isEmpty)
      #expect(
        result.errorLines.contains { $0.contains(" events in ") && $0.contains(" ms, maximum ") })
    }
    let start = ContinuousClock.now
    let closed = try shell(
      """
      rm -f in; mkfifo in
      { cat a.aedat; exec sleep 120; } >in & writer=$!
      { $P <in; echo $? >code; } | head -n 1
      kill $writer; cat code
      """, "--json --quiet")
    #expect(closed.standardOutput.split(separator: "\n").last == "0", "\(closed.standardError)")
    #expect(closed.errorLines(without: "no output neuron").isEmpty, "\(closed.standardError)")
    #expect(.now - start < .seconds(100))
    let full = try shell("$P <a.aedat >/dev/full", "--quiet")
    #expect(full.exitCode == 1 && full.errorLines.count == 1)
    #expect(full.standardError.contains("stdout: cannot be written: No space left on device"))
  }

  @Test("ends when a socket that its output goes to is closed, after all was read")
  func closedSocket() throws {
    let script = """
      import socket, subprocess, sys
      ours, theirs = socket.socketpair()
      process = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=theirs)
      theirs.close()
      process.stdin.write(open("a.aedat", "rb").read())
      process.stdin.flush()
      ours.settimeout(60)
      assert ours.recv(1)
      ours.settimeout(3)
      try:
          while ours.recv(1 << 16): pass
      except TimeoutError: pass
      ours.close()
      sys.exit(process.wait(timeout=60))
      """
    try writeFile(Array(script.utf8), to: directory.file("reader.py"))
    let result = try shell("python3 reader.py $P", "--quiet")
    #expect(result.exitCode == 0, "\(result)")
  }

  @Test("is refused where an end is needed")
  func usage() throws {
    let page = try shell("$P --html x.html <a.aedat")
    #expect(page.exitCode == 64 && page.errorLines.count == 1)
    #expect(page.standardError.contains("--html draws a recording that has an end"))
  }
}

@Suite("dvstrain predict with a network of preprocessed frames", .timeLimit(.minutes(10)))
struct PreprocessedPredictionTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private struct Line: Decodable {
    let events: Int
    let rates: [Float]?
    let identity: String?
  }

  @Test("does to a recording, and to a stream, what was done to those of the training")
  func equal() throws {
    var generator = SeededGenerator(seed: 8)
    for part in ["train", "test"] {
      for label in ["left", "right"] {
        for number in 0..<2 {
          // Pairs of neighbours, so that the noise filter leaves some.
          let events = randomEvents(count: 600, in: 6_000..<40_000, using: &generator)
          let lines = events.flatMap { event in
            [event.x, min(127, event.x + 1)].map {
              "\(event.timestampMicroseconds) \($0) \(event.y) \(event.isOn ? 1 : 0)\n"
            }
          }
          let file = directory.file("own/\(part)/\(label)/\(number).txt")
          try createDirectories(file.parentDirectory)
          try writeFile(Array(("128 128\n" + lines.joined()).utf8), to: file)
        }
      }
    }
    let conversion = try ToolRun.dvsprep(
      "convert", "own", "-T", "2", "--crop", "8,16,96,64", "--downsample", "4", "--rotate", "90",
      "--flip-x", "--noise-filter", "500", "--hot-pixels", "20", "-o", "c.h5", "--quiet",
      in: directory.path)
    #expect(conversion.exitCode == 0, "\(conversion.standardError)")
    let training = try ToolRun.dvstrain(
      [
        "-data_dir", "c.h5", "-out_dir", "logs", "-b", "2", "-epochs", "1", "-net",
        "c4k3s1-BN-LIF-MPk2s2-FC20-LIF-APk10s10", "-T", "2", "-lr", "0.05", "--quiet",
      ], in: directory.path)
    #expect(training.exitCode == 0, "\(training.standardError)")
    let folder = try #require(try namesInDirectory(directory.file("logs")).first)
    let checkpoint = "logs/\(folder)/checkpoint_latest.safetensors"
    func predict(_ command: String) throws -> [Line] {
      let result = try ToolRun.shell(
        "\"$DVSTRAIN\" predict \(checkpoint) \(command)", in: directory.path)
      #expect(result.exitCode == 0, "\(command): \(result.standardError)")
      return try result.standardOutput.split(separator: "\n").map {
        try JSONDecoder().decode(Line.self, from: Data($0.utf8))
      }
    }
    let samples = try predict("c.h5 --json --quiet")
    #expect(samples.count == 4)
    for sample in samples {
      let identity = try #require(sample.identity).split(separator: "/")
      let label = identity[1] == "0" ? "left" : "right"
      let name = try #require(identity[2].split(separator: "_").first)
      let recording = "own/test/\(label)/\(name).txt"
      let whole = try predict("\(recording) --json --quiet")
      #expect(whole.map(\.events) == [sample.events] && whole[0].rates == sample.rates)
      let stream = try predict("- -window 10 --json --quiet <\(recording)")
      #expect(stream.map(\.events) == [sample.events] && stream[0].rates == sample.rates)
    }
    #expect(samples.contains { $0.events > 50 && $0.events < 600 })
    let note = try ToolRun.dvstrain(
      ["predict", checkpoint, "own/test/left/0.txt"], in: directory.path)
    #expect(note.standardError.contains("as in training: 96×64 pixels from (8, 16), 4×4 to one, "))
    let whole = try ToolRun.shell(
      "\"$DVSTRAIN\" predict \(checkpoint) - <own/test/left/0.txt", in: directory.path)
    #expect(
      whole.exitCode == 64 && whole.standardError.contains("-window: missing: the network was"))
    // Exported weights keep it.
    _ = try ToolRun.dvstrain(
      ["export", checkpoint, "--to", "safetensors", "-o", "w.safetensors"], in: directory.path)
    let exported = try ToolRun.dvstrain(
      ["predict", "w.safetensors", "own/test/left/0.txt", "--quiet"], in: directory.path)
    #expect(exported.exitCode == 0, "\(exported.standardError)")
  }
}

import FileAccess
import FoundationEssentials
import Support
import SystemPackage
import Testing

@Suite("A training that is watched")
struct TrainOutputTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try ToolRun.folderWithCache() }

  private static let small = "-data_dir . -out_dir logs -T 2 -channels 1 -b 4"
  private static let run = "logs/T_2_b_4_c_1_Adam_lr_0.001_CosALR_32"

  private func dvstrain(_ arguments: String) throws -> CommandResult {
    try ToolRun.dvstrain(arguments.split(separator: " ").map(String.init), in: directory.path)
  }

  private func text(_ file: String) throws -> String {
    String(decoding: try readFile(directory.file(file)), as: UTF8.self)
  }

  /// Runs an endless training, sends signals after its first epoch, and waits for its end.
  ///
  /// - Returns: The exit code of the training.
  private func exitCode(
    _ prefix: String, signals: [String], after wait: String = ""
  ) throws -> Int32 {
    let kills = signals.map { "kill -s \($0) $!" }.joined(separator: "; sleep 1; ")
    return try ToolRun.shell(
      """
      \(prefix) "$DVSTRAIN" \(Self.small) -epochs 100000 >lines 2>errors &
      turns=0
      until [ -s lines ] || [ $turns = 6000 ]; do turns=$((turns + 1)); sleep 0.01; done
      \(kills)
      wait $!
      """, in: directory.path
    ).exitCode
  }

  @Test(
    "saves and exits with the signal's code",
    arguments: [("HUP", 129), ("INT", 130), ("USR1", 138), ("USR2", 140), ("TERM", 143)])
  func signals(name: String, code: Int32) throws {
    // A shell starts its background processes with SIGINT ignored.
    #expect(try exitCode("env --default-signal=\(name)", signals: [name]) == code)
    #expect(try text("errors").contains("dvstrain: stopped after step "))
    #expect(directory.file("\(Self.run)/checkpoint_latest.safetensors").exists)
  }

  @Test("ignores the signals that the shell has it ignore")
  func ignoredSignals() throws {
    #expect(
      try exitCode("env --ignore-signal=HUP --ignore-signal=INT", signals: ["INT", "HUP", "TERM"])
        == 143)
  }

  @Test("continues when nobody reads stdout any more, and says so at the end")
  func closedPipe() throws {
    let result = try ToolRun.shell(
      """
      { "$DVSTRAIN" \(Self.small) -epochs 3 2>errors; echo $? >code; } | true
      "$DVSTRAIN" eval \(Self.run)/checkpoint_latest.safetensors -data_dir . --json
      """, in: directory.path)
    #expect(try text("code") == "1\n")
    #expect(try text("errors").hasSuffix("dvstrain: stdout: cannot be written: Broken pipe\n"))
    #expect(result.standardOutput.contains("\"epochs\":3"))
    #expect(try text("\(Self.run)/metrics.jsonl").split(separator: "\n").count == 3)
  }

  @Test("names the run's folder in JSON")
  func runFolder() throws {
    struct Line: Decodable {
      let type: String
      let runFolder: String

      enum CodingKeys: String, CodingKey {
        case type
        case runFolder = "run_folder"
      }
    }
    let result = try dvstrain("\(Self.small) -epochs 1 --json")
    let line = try JSONDecoder().decode(Line.self, from: Data(result.standardOutput.utf8))
    #expect(line.runFolder == Self.run && line.type == "epoch")
    #expect(try !text("\(Self.run)/metrics.jsonl").contains("run_folder"))
  }

  @Test("has one line for its command in args.txt, whatever the names")
  func arguments() throws {
    let result = try ToolRun.dvstrain(
      (Self.small + " -epochs 1 --quiet").split(separator: " ").map(String.init)
        + ["-out_dir", "a\nb c"], in: directory.path)
    #expect(result.exitCode == 0, "\(result.standardError)")
    let name = Self.run.split(separator: "/")[1]
    let lines = String(
      decoding: try readFile(directory.file("a\nb c").appending("\(name)/args.txt")), as: UTF8.self
    ).split(separator: "\n")
    #expect(lines.count == 8)
    #expect(lines.first?.hasSuffix(#"-out_dir $'a\nb c'"#) == true, "\(lines.first ?? "")")
  }

  @Test(
    "says that a network is silent, and after three epochs what may help, as eval, predict and the report do"
  )
  func silentNetwork() throws {
    let training = try dvstrain("\(Self.small) -epochs 3 -v_threshold 1000")
    #expect(training.exitCode == 0)
    let warnings = training.errorLines.filter { $0.contains("warning: epoch") }
    #expect(
      warnings == [
        "dvstrain: warning: epoch 0: no neuron of conv 1 to fc 2 fired in 3 steps: usual in the "
          + "first epochs, while steps are few",
        "dvstrain: warning: epoch 2: no neuron of conv 1 to fc 2 has fired for 3 epochs: a higher "
          + "-lr, another -opt or a lower -v_threshold may help",
      ])
    let folder = "\(Self.run)_vth_1000"
    let name = try #require(
      try namesInDirectory(directory.file("logs")).first, "no \(folder)")
    let run = "logs/\(name)"
    #expect(
      try text("\(run)/report.html").contains(
        "<strong>Warning: no neuron of conv 1 to fc 2 fired in the test pass after epoch 2: "
          + "a higher -lr, another -opt or a lower -v_threshold may help; "))

    let checkpoint = "\(run)/checkpoint_latest.safetensors"
    let evaluation = try dvstrain("eval \(checkpoint) -data_dir . --json")
    #expect(
      evaluation.errorLines.contains {
        $0.contains("no neuron of conv 1 to fc 2 fired for 5 samples")
      })
    #expect(
      evaluation.standardOutput.contains(
        #""silent_layers":["conv 1","conv 2","conv 3","conv 4","conv 5","fc 1","fc 2"]"#))
    for input in [".", "DvsGesture/user24_lab.aedat"] {
      let prediction = try dvstrain("predict \(checkpoint) \(input) --json")
      #expect(prediction.exitCode == 0)
      #expect(prediction.errorLines.contains { $0.contains("warning: ") && $0.contains("fired") })
      let lines = prediction.standardOutput.split(separator: "\n")
      #expect(!lines.isEmpty)
      for line in lines where line.contains("\"rates\"") {
        #expect(line.contains(#""prediction":null,"prediction_name":null,"rate":0,"#), "\(line)")
        #expect(line.contains(#""second":null,"second_name":null,"second_rate":0"#), "\(line)")
      }
    }
  }
}

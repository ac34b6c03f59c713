import FileAccess
import NIRFiles
import Support
import SystemPackage
import Testing

@Suite("Graphs of NIR as input of dvstrain")
struct GraphInputTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try ToolRun.folderWithCache() }

  private func dvstrain(_ arguments: String) throws -> CommandResult {
    try ToolRun.dvstrain(arguments.split(separator: " ").map(String.init), in: directory.path)
  }

  private static let run = "logs/T_2_b_4_c_1_Adam_lr_0.001_CosALR_32"
  private static let cache = "frames_number_2_split_by_number.h5"
  private static let training = "-data_dir . -T 2 -channels 1 -b 4 -max_steps 1"

  private func export(_ options: String = "") throws {
    let training = try dvstrain("\(Self.training) -out_dir logs")
    #expect(training.exitCode == 0, "\(training.standardError)")
    let result = try dvstrain("export \(Self.run) --to nir -o x.nir \(options)")
    #expect(result.exitCode == 0, "\(result.standardError)")
  }

  /// Changes the exported graph.
  private func change(
    to name: String, _ change: (inout NIRGraph) -> Void
  ) throws {
    var graph = try NIRGraph(reading: directory.file("x.nir"), maximumValueCount: 1 << 20)
    graph.nodes = try graph.chain()
    change(&graph)
    try graph.write(to: directory.file(name), replacing: true)
  }

  @Test("an export comes back, and predicts the same")
  func roundTrip() throws {
    try export("--labels spikingjelly")
    let result = try dvstrain("import x.nir -o x.safetensors")
    #expect(result.exitCode == 0, "\(result.standardError)")
    #expect(result.standardError.contains("as the file says: reordered"))
    #expect(
      try dvstrain("predict x.safetensors . --json --quiet").standardOutput
        == dvstrain("predict \(Self.run) . --json --quiet").standardOutput)
    for (arguments, text) in [
      ("x.nir -data_dir .", "such as a graph of NIR, which has no training to continue"),
      ("x.nir -o y.safetensors --labels dataset", "as it says itself: leave out --labels"),
      ("x.nir -o y.safetensors --dt 0.01", "x.nir: node lif1: a time constant of over 1 time step"),
      ("x.nir -o y.safetensors -tau 3", "the file says its network, with all settings"),
      ("x.nir -o x.safetensors", "--force replaces it"),
      ("x.safetensors -o y.safetensors --dt 1", "--dt: a graph of NIR expected"),
    ] {
      let result = try dvstrain("import \(arguments)")
      #expect(result.exitCode == 1 && result.errorLines.count == 1, "\(result)")
      #expect(result.standardError.contains(text), "\(result)")
    }
    #expect(!directory.file("y.safetensors").exists)
    for value in ["0", "-1", "nan", "x"] {
      #expect(try dvstrain("import x.nir -o y.safetensors --dt=\(value)").exitCode == 64)
    }
    // A cache is HDF5, too.
    let cache = try #require(
      try namesInDirectory(directory.path).first { "\($0)".hasSuffix(".h5") })
    let wrong = try dvstrain("import \(cache) -o y.safetensors")
    #expect(wrong.exitCode == 1 && wrong.errorLines.count == 1)
    #expect(wrong.standardError.contains("a graph of NIR (version and node) expected"))
  }

  @Test("eval, predict, export and -init take a graph, as they take a .pth")
  func direct() throws {
    try export("--labels spikingjelly")
    let expected = try dvstrain("predict \(Self.run) . --json --quiet").standardOutput
    #expect(expected.split(separator: "\n").count == 5)
    let predicted = try dvstrain("predict x.nir . --json")
    #expect(predicted.standardOutput == expected, "\(predicted)")
    #expect(predicted.standardError.contains("as the file says: reordered"))
    let streams = try ["x.nir", Self.run].map {
      try ToolRun.shell(
        "$DVSTRAIN predict \($0) - -window 0.005 --json --quiet < DvsGesture/user24_lab.aedat "
          + "| sed 's/\"latency_us\":[0-9]*//'", in: directory.path
      ).standardOutput
    }
    #expect(streams[0] == streams[1] && streams[0].contains("prediction"), "\(streams)")
    let evaluated = try dvstrain("eval x.nir \(Self.run) -data_dir . --quiet")
    #expect(evaluated.exitCode == 0, "\(evaluated)")
    let rows = evaluated.standardOutput.split(separator: "\n").map {
      $0.split(separator: " ").dropFirst().joined(separator: " ")
    }
    #expect(rows.count == 3 && rows[1] == rows[2], "\(evaluated.standardOutput)")
    #expect(try dvstrain("export x.nir --to pth -o back.pth").exitCode == 0)
    #expect(try dvstrain("predict back.pth . --json --quiet").standardOutput == expected)
    let start = try dvstrain("\(Self.training) -out_dir other -init x.nir")
    #expect(start.exitCode == 0, "\(start)")
    #expect(start.standardError.contains("as the file says: reordered"))
    #expect(!start.standardError.contains("other neurons"))
    let weights = try dvstrain("import x.nir -o x.safetensors --quiet")
    #expect(weights.exitCode == 0)
    let same = try dvstrain("\(Self.training) -out_dir same -init x.safetensors --quiet")
    #expect(same.exitCode == 0, "\(same)")
    let folder = Self.run.split(separator: "/")[1]
    let checkpoints = try ["other", "same"].map {
      try readFile(directory.file("\($0)/\(folder)/checkpoint_latest.safetensors"))
    }
    #expect(checkpoints[0] == checkpoints[1])
    for (arguments, text) in [
      ("eval x.nir -data_dir . --labels dataset", "as it says itself: leave out --labels"),
      ("predict x.nir . --labels dataset", "as it says itself: leave out --labels"),
      ("\(Self.training) -out_dir none -init x.nir --labels dataset", "leave out --labels"),
      ("\(Self.training) -out_dir none -resume x.nir", "(frame cache or graph of NIR) found"),
      (
        "-data_dir . -T 2 -channels 2 -b 4 -out_dir none -init x.nir", "x.nir: tensor conv.0.weight"
      ),
    ] {
      let result = try dvstrain(arguments)
      #expect(result.exitCode == 1 && result.errorLines.count == 1, "\(result)")
      #expect(result.standardError.contains(text), "\(result)")
    }
    #expect(!directory.file("none").exists)
  }

  @Test("of another program's graph, what is not in it is assumed, and said")
  func foreign() throws {
    try export()
    try change(to: "foreign.nir") { $0.metadata = [:] }
    for arguments in [
      "eval foreign.nir -data_dir \(Self.cache) --quiet",
      "predict foreign.nir \(Self.cache) --quiet",
      "\(Self.training) -out_dir other -init foreign.nir --quiet",
    ] {
      let result = try dvstrain(arguments)
      #expect(result.exitCode == 0, "\(result)")
      #expect(
        result.standardError.contains(
          "foreign.nir: the graph does not say its labels, votes and time step: the data set's labels "
            + "(0 to 10: class 1 to 11), 10 output neurons for each class and 0.0001 s assumed"),
        "\(result)")
    }
    #expect(
      try dvstrain("predict foreign.nir \(Self.cache) --json --quiet").standardOutput
        == dvstrain("predict \(Self.run) \(Self.cache) --json --quiet").standardOutput)
  }

  @Test("neurons that are not ours are refused by name; other constants than the options' are said")
  func neurons() throws {
    try export()
    func change(
      to name: String, threshold: Double = 1, leak: Double, reset: Double, layers: Int = 7
    ) throws {
      try self.change(to: name) { graph in
        graph.metadata = [:]
        var number = 0
        graph.nodes = graph.nodes.map { named in
          guard case .lif(let neurons) = named.node else { return named }
          number += 1
          return number > layers
            ? named
            : .init(
              named.name,
              .lif(
                NIRNeurons(
                  shape: neurons.shape, tau: neurons.tau ?? 0, resistance: 1, leakPotential: leak,
                  threshold: threshold, resetPotential: reset)))
        }
      }
    }
    try change(to: "leak.nir", leak: 0, reset: -0.5)
    try change(to: "high.nir", leak: 1, reset: 1)
    try change(to: "two.nir", leak: -0.5, reset: -0.5, layers: 1)
    try change(to: "low.nir", threshold: 0.75, leak: -0.5, reset: -0.5)
    for (file, text) in [
      ("leak.nir", "leak.nir: node lif1: v_leak -0.5, as v_reset, expected, 0.0 found"),
      ("high.nir", "high.nir: node lif1: v_reset below v_threshold (1.0) expected, 1.0 found"),
      ("two.nir", "two.nir: node lif2: v_threshold 1.0 and v_reset -0.5, as before, expected, 1.0"),
    ] {
      for arguments in [
        "eval \(file) -data_dir .", "predict \(file) .", "import \(file) -o none",
        "export \(file) --to onnx -o none", "\(Self.training) -out_dir none -init \(file)",
      ] {
        let arguments = arguments.hasPrefix("import") ? arguments + ".safetensors" : arguments
        let result = try dvstrain(arguments)
        #expect(result.exitCode == 1 && result.errorLines.count == 1, "\(result)")
        #expect(result.standardError.contains(text), "\(result)")
      }
    }
    #expect(!directory.file("none").exists && !directory.file("none.safetensors").exists)
    #expect(try dvstrain("eval low.nir -data_dir \(Self.cache) --quiet").exitCode == 0)
    let start = try dvstrain("\(Self.training) -out_dir other -init low.nir --quiet")
    #expect(start.exitCode == 0, "\(start)")
    #expect(
      start.standardError.contains(
        "low.nir: the weights are of other neurons: v_reset: -0.5 in the file, 0.0 (default) "
          + "requested; v_threshold: 0.75 in the file, 1.0 (default) requested"), "\(start)")
    let told = try dvstrain(
      "\(Self.training) -out_dir told -init low.nir --quiet -v_reset -0.5 -v_threshold 0.75")
    #expect(told.exitCode == 0 && !told.standardError.contains("other neurons"), "\(told)")
  }

  @Test("a reset to another potential comes back; a soft one is refused, and leaves no file")
  func resets() throws {
    for (option, exitCode) in [("-0.5", 0), ("none", 1)] as [(String, Int32)] {
      let out = "logs\(exitCode)"
      let training = try dvstrain("\(Self.training) -out_dir \(out) -v_reset \(option) --quiet")
      #expect(training.exitCode == 0, "\(training)")
      let run = "\(out)/\(try namesInDirectory(directory.file(out))[0])"
      let result = try dvstrain("export \(run) --to nir -o y\(exitCode).nir")
      #expect(result.exitCode == exitCode, "\(result)")
      #expect(directory.file("y\(exitCode).nir").exists == (exitCode == 0))
      if exitCode == 0 {
        #expect(
          try dvstrain("predict y0.nir . --json --quiet").standardOutput
            == dvstrain("predict \(run) . --json --quiet").standardOutput)
      } else {
        #expect(
          result.errorLines.count == 1
            && result.standardError.contains(
              "--to nir: a hard reset expected, which NIR has, a soft one (-v_reset none) found")
        )
      }
      #expect(try dvstrain("export \(run) --to onnx -o y\(exitCode).onnx").exitCode == 0)
    }
  }

  @Test(
    "a truncated or damaged file is refused in one line, or read; the output appears whole or not")
  func damage() throws {
    try export()
    let bytes = try readFile(directory.file("x.nir"))
    var outcomes: [Int32: Int] = [:]
    func tryImport(_ damaged: [UInt8], _ what: String, mayPass: Bool) throws {
      try directory.write(damaged, to: "damaged.nir")
      let result = try dvstrain("import damaged.nir -o out.safetensors --force --quiet")
      outcomes[result.exitCode, default: 0] += 1
      #expect(result.exitCode == 1 || mayPass && result.exitCode == 0, "\(what): \(result)")
      #expect(directory.file("out.safetensors").exists == (result.exitCode == 0), "\(what)")
      if result.exitCode == 1 { #expect(result.errorLines.count == 1, "\(what): \(result)") }
      removeFile(directory.file("out.safetensors"))
    }
    for part in 0..<20 {
      let count = part * part * bytes.count / 400
      try tryImport(Array(bytes[..<count]), "\(count) bytes", mayPass: false)
    }
    // Evenly over the file: structure, which has checksums, and numbers, which have none.
    for part in 0..<50 {
      var damaged = bytes
      damaged[part * bytes.count / 50 + part % 7] ^= 1 << (part % 8)
      try tryImport(damaged, "byte \(part * bytes.count / 50 + part % 7)", mayPass: true)
    }
    #expect(outcomes[1, default: 0] > 20, "\(outcomes)")
    try directory.write(Array(bytes[..<(bytes.count / 2)]), to: "damaged.nir")
    for arguments in [
      "eval damaged.nir -data_dir .", "predict damaged.nir .",
      "export damaged.nir --to pth -o none",
      "\(Self.training) -out_dir none -init damaged.nir",
    ] {
      let result = try dvstrain(arguments)
      #expect(result.exitCode == 1 && result.errorLines.count == 1, "\(result)")
      #expect(result.standardError.contains("damaged.nir: "), "\(result)")
    }
    #expect(!directory.file("none").exists)
  }
}

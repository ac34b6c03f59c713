import FileAccess
import Support
import SystemPackage
import Testing

@Suite("dvstrain export and import")
struct WeightExchangeToolTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try ToolRun.folderWithCache() }

  private func dvstrain(_ arguments: String) throws -> CommandResult {
    try ToolRun.dvstrain(arguments.split(separator: " ").map(String.init), in: directory.path)
  }

  @Test("weights go through each format, and the evaluation stays the same")
  func weights() throws {
    let training = try dvstrain("-data_dir . -out_dir logs -T 2 -channels 1 -b 4 -max_steps 1")
    #expect(training.exitCode == 0, "\(training.standardError)")
    let run = "logs/T_2_b_4_c_1_Adam_lr_0.001_CosALR_32"
    let export = try dvstrain(
      "export \(run) --to pth --names cext-net --labels spikingjelly -o x.pth")
    #expect(
      export.standardOutput
        == "x.pth: 32 tensors, names of cext-net, SpikingJelly's labels (folders sorted as text: "
        + "0, 1, 10, 2, …)\n")
    #expect(try dvstrain("import x.pth -o y.safetensors").exitCode == 0)
    #expect(try dvstrain("export y.safetensors --to safetensors -o z.safetensors").exitCode == 0)
    let expected = try dvstrain("predict \(run) . --json --quiet").standardOutput
    #expect(expected.split(separator: "\n").count == 5)
    for file in ["x.pth", "y.safetensors", "z.safetensors"] {
      #expect(try dvstrain("predict \(file) . --json --quiet").standardOutput == expected)
      #expect(try dvstrain("eval \(file) -data_dir . --quiet").exitCode == 0)
    }
    for option in ["-tau 3", "--v-threshold=2", "-no_detach_reset", "-step_mode s"] {
      let changed = try dvstrain("import x.pth \(option) -o t.safetensors")
      #expect(changed.exitCode == 1 && changed.errorLines.count == 1, "\(changed)")
      #expect(changed.standardError.contains("the file says its network, with all settings"))
    }
    #expect(!directory.file("t.safetensors").exists)
    let again = try dvstrain("export \(run) --to pth -o x.pth")
    #expect(again.exitCode == 1 && again.standardError.contains("--force replaces it"))
    let named = try dvstrain("export \(run) --to pth --names dvs-gesture-net -o n.pth")
    #expect(named.exitCode == 1 && named.standardError.contains("has 1 channels, and so 4"))
    #expect(!directory.file("n.pth").exists)
    let start = try dvstrain(
      "-data_dir . -out_dir other -T 2 -channels 1 -b 4 -max_steps 1 -init x.pth")
    #expect(start.exitCode == 0 && start.standardError.contains("as the file says: reordered"))
  }

  @Test("a graph of NIR says who reads it, and fixes its names")
  func graph() throws {
    let training = try dvstrain("-data_dir . -out_dir logs -T 2 -channels 1 -b 4 -max_steps 1")
    #expect(training.exitCode == 0, "\(training.standardError)")
    let run = "logs/T_2_b_4_c_1_Adam_lr_0.001_CosALR_32"
    let export = try dvstrain("export \(run) --to nir -o x.nir")
    #expect(
      export.standardOutput == "x.nir: 27 nodes, the data set's labels (0 to 10: class 1 to 11)\n")
    #expect(export.standardError.contains("AvgPool2d is for SpikingJelly"))
    #expect(export.standardError.contains("snnTorch does not"))
    let sums = try dvstrain("export \(run) --to nir --pool-node sum -o y.nir")
    #expect(sums.standardError.contains("SumPool2d is for Norse with dt=1e-4"))
    #expect(sums.standardError.contains("sinabs does not"))
    let json = try dvstrain("export \(run) --to nir -o z.nir --json").standardOutput
    #expect(json.contains(#""nodes":27"#) && json.contains(#""pool_node":"avg""#), "\(json)")
    let model = try dvstrain("export \(run) --to onnx -o x.onnx")
    #expect(model.standardOutput.hasPrefix("x.onnx: 69 nodes, "), "\(model)")
    let bytes = try readFile(directory.file("x.onnx"))
    #expect(try dvstrain("export \(run) --to onnx -o x.onnx --force").exitCode == 0)
    #expect(try readFile(directory.file("x.onnx")) == bytes)
    for arguments in [
      "--to nir --names python-net", "--to onnx --names python-net", "--to pth --pool-node avg",
      "--to onnx --pool-node avg",
    ] {
      #expect(try dvstrain("export \(run) \(arguments) -o n.x").exitCode == 64)
    }
    let again = try dvstrain("export \(run) --to nir -o x.nir")
    #expect(again.exitCode == 1 && again.standardError.contains("--force replaces it"))
  }

  @Test("a training in PyTorch continues by the command that import prints")
  func training() throws {
    for (name, optimizer) in [("adam", "Adam"), ("sgd", "SGD")] {
      let file = Fixtures.path("torch/\(name).pth").string
      let result = try dvstrain(
        "import \(file) -data_dir . -out_dir logs -T 2 -b 4 --labels dataset --quiet")
      #expect(result.exitCode == 0, "\(result.standardError)")
      #expect(result.standardOutput.contains("2 epochs, 6 steps"))
      let line = try #require(result.standardOutput.split(separator: "\n").last)
      let command = line.dropFirst("dvstrain ".count)
      let resumed = try dvstrain("\(command) -max_steps 7")
      #expect(resumed.exitCode == 0, "\(resumed.standardError)")
      #expect(resumed.standardError.contains("epoch 2, 6 steps done"))
      #expect(resumed.standardError.contains("7 steps done, best accuracy 25.00 %"))
      #expect(resumed.standardError.contains("_\(optimizer)_lr_"))
    }
  }

  @Test("wrong input is refused in one line, and leaves nothing")
  func refusals() throws {
    let adam = Fixtures.path("torch/adam.pth").string
    let views = Fixtures.path("torch/views.pth").string
    try directory.write([0x80, 2, 0x8A, 10], to: "old.pth")
    for (arguments, text) in [
      ("import \(views) -o x.safetensors", "weights of other shapes found"),
      ("import old.pth -o x.safetensors", "a Python pickle found: if PyTorch before 1.6"),
      ("eval old.pth -data_dir .", "a Python pickle found: if PyTorch before 1.6"),
      ("import none.pth -o x.safetensors", "No such file"),
      ("import \(views) -data_dir . -out_dir logs", "net, optimizer, lr_scheduler"),
      ("import \(adam) -data_dir . -out_dir logs -T 2 -b 8", "2 steps expected for 2 epochs"),
      ("import \(adam) -net cifar10dvs -o x.safetensors", "tensor"),
    ] {
      let result = try dvstrain(arguments)
      #expect(result.exitCode == 1, "\(arguments)")
      #expect(result.errorLines.count == 1 && result.standardError.contains(text), "\(result)")
      #expect(!directory.file("x.safetensors").exists && !directory.file("logs").exists)
    }
    // A checkpoint has more than its weights; another program's logs stay.
    let run = try dvstrain(
      "import \(adam) -data_dir . -out_dir runs -T 2 -b 4 --labels dataset --quiet")
    #expect(run.exitCode == 0, "\(run.standardError)")
    let folder = FilePath("runs").appending(
      try #require(try namesInDirectory(directory.file("runs")).first))
    let checkpoint = folder.appending("checkpoint_latest.safetensors")
    #expect(
      try dvstrain("import \(checkpoint) -o x.safetensors").standardError.contains(
        "a checkpoint of dvstrain found: 'dvstrain export' writes its weights"))
    #expect(
      try dvstrain("import \(checkpoint) -data_dir . -out_dir other -T 2 -b 4").standardError
        .contains("a checkpoint of dvstrain found: -resume continues it"))
    let result = try runCommand("rm", [directory.file(checkpoint.string).string])
    try #require(result.exitCode == 0)
    let logs = folder.appending("args.txt").string
    try directory.write(Array("Namespace(T=2)\n".utf8), to: logs)
    let again = "import \(adam) -data_dir . -out_dir runs -T 2 -b 4 --labels dataset --quiet"
    #expect(
      try dvstrain(again).standardError.contains(
        "contains results of another program (args.txt): another -out_dir keeps them, --force"))
    #expect(try readFile(directory.file(logs)) == Array("Namespace(T=2)\n".utf8))
    #expect(try dvstrain(again + " --force").exitCode == 0)
    #expect(directory.file(checkpoint.string).exists && !directory.file(logs).exists)
    for arguments in [
      "import \(adam)", "import \(adam) -o x.pth", "import \(adam) -o x.safetensors -data_dir .",
      "-data_dir . --labels dataset",
    ] {
      #expect(try dvstrain(arguments).exitCode == 64, "\(arguments)")
    }
  }
}

import FileAccess
import Support
import SystemPackage
import Testing

@Suite("dvstrain import of graphs")
struct GraphImportTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try ToolRun.folderWithCache() }

  private func dvstrain(_ arguments: String) throws -> CommandResult {
    try ToolRun.dvstrain(arguments.split(separator: " ").map(String.init), in: directory.path)
  }

  private func export(_ options: String = "") throws {
    let training = try dvstrain("-data_dir . -out_dir logs -T 2 -channels 1 -b 4 -max_steps 1")
    #expect(training.exitCode == 0, "\(training.standardError)")
    let result = try dvstrain(
      "export logs/T_2_b_4_c_1_Adam_lr_0.001_CosALR_32 --to nir -o x.nir \(options)")
    #expect(result.exitCode == 0, "\(result.standardError)")
  }

  @Test("an export comes back, and predicts the same")
  func roundTrip() throws {
    try export("--labels spikingjelly")
    let result = try dvstrain("import x.nir -o x.safetensors")
    #expect(result.exitCode == 0, "\(result.standardError)")
    #expect(result.standardError.contains("as the file says: reordered"))
    let run = "logs/T_2_b_4_c_1_Adam_lr_0.001_CosALR_32"
    #expect(
      try dvstrain("predict x.safetensors . --json --quiet").standardOutput
        == dvstrain("predict \(run) . --json --quiet").standardOutput)
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
  }
}

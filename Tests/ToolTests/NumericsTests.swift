import FileAccess
import Support
import SystemPackage
import Testing

@Suite("Numerics versions and instruction sets in the output of dvstrain")
struct NumericsTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try ToolRun.folderWithCache()
  }

  @Test("an unknown DVS_ISA is refused with the available names; args.txt records the one used")
  func instructionSets() throws {
    let command = "exec \"$DVSTRAIN\" -data_dir . -out_dir logs -T 2 -channels 1 -b 4 -max_steps 1"
    func run(_ instructionSet: String) throws -> CommandResult {
      try ToolRun.shell("DVS_ISA=\(instructionSet) \(command) --force", in: directory.path)
    }
    for name in ["avx", "AVX2", "best"] {
      let result = try run("'\(name)'")
      #expect(result.exitCode == 1)
      let pattern =
        #/dvstrain: DVS_ISA: '(.*)' found, an instruction set of this processor expected: baseline(, avx2)?(, avx512)?(, avx512bf16)?/#
      #expect(try pattern.wholeMatch(in: result.errorLines.last ?? "")?.output.1 == name[...])
    }
    // An empty DVS_ISA is treated like an unset one.
    #expect(try run("").exitCode == 0)
    let result = try run("baseline")
    #expect(result.exitCode == 0, "\(result.standardError)")
    let arguments = directory.file("logs/T_2_b_4_c_1_Adam_lr_0.001_CosALR_32/args.txt")
    #expect(
      String(decoding: try readFile(arguments), as: UTF8.self)
        .contains("\nengine: cpu (baseline), numerics version 2\n"))
  }

  @Test("a network shifted by bench records the numerics version that computed its state")
  func shiftedNetwork() throws {
    #expect(try train("-device reference -max_steps 1").exitCode == 0)
    let folder = "logs/T_2_b_4_c_1_Adam_lr_0.001_CosALR_32"
    let arguments = [
      "bench", "\(folder)/checkpoint_latest.safetensors", "-data_dir", ".", "-b", "2", "-steps",
      "1",
      "-work", "inference", "-ones", "0.25", "-save", "active.safetensors",
    ]
    let result = try ToolRun.dvstrain(arguments, in: directory.path)
    #expect(result.exitCode == 0, "\(result.standardError)")
    func records(_ version: String, _ name: String) throws -> Bool {
      let header = try readFile(directory.file(name)).prefix(8192)
      return String(decoding: header, as: UTF8.self)
        .contains(#""dvstrain.numerics":"\#(version)""#)
    }
    #expect(try records("reference", "\(folder)/checkpoint_latest.safetensors"))
    #expect(try records("2", "active.safetensors"))
  }

  private func train(_ arguments: String) throws -> CommandResult {
    let common = "-data_dir . -out_dir logs -T 2 -channels 1 -b 4 --quiet -resume auto"
    return try ToolRun.dvstrain(
      "\(common) \(arguments)".split(separator: " ").map(String.init), in: directory.path)
  }

  @Test("resuming with another engine gives a warning, not an error")
  func otherEngine() throws {
    let path = "logs/T_2_b_4_c_1_Adam_lr_0.001_CosALR_32/checkpoint_latest.safetensors"
    func line(_ found: String, _ now: String) -> String {
      "dvstrain: warning: \(path): trained so far with numerics version \(found), from now on with version \(now): "
        + "training continues correctly, but results will not be bit-identical to those of an uninterrupted run"
    }
    let starts = [
      ("cpu", []), ("cpu", []), ("reference", [line("2", "reference")]),
      ("reference", [line("2, reference", "reference")]), ("cpu", [line("2, reference", "2")]),
    ]
    for (stepCount, (device, lines)) in starts.enumerated() {
      let result = try train("-device \(device) -max_steps \(stepCount + 1)")
      #expect(result.exitCode == 0, "\(result.standardError)")
      #expect(result.errorLines(without: "no neuron of") == lines, "start \(stepCount), \(device)")
    }
  }
}

import Support
import Testing

@Suite("What dvstrain says of the bits that it computes")
struct NumericsTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    var generator = SeededGenerator(seed: 3)
    try SmallDataSet.random(using: &generator).write(to: directory.file("DvsGesture"))
    _ = try ToolRun.dvsprep("convert", ".", "-T", "2", "--quiet", in: directory.path)
  }

  private func train(_ arguments: String) throws -> CommandResult {
    let common = "-data_dir . -out_dir logs -T 2 -channels 1 -b 4 --quiet -resume auto"
    return try ToolRun.dvstrain(
      "\(common) \(arguments)".split(separator: " ").map(String.init), in: directory.path)
  }

  @Test("is a line of stderr where a run goes on with another engine, and no failure")
  func otherEngine() throws {
    let path = "logs/T_2_b_4_c_1_Adam_lr_0.001_CosALR_32/checkpoint_latest.safetensors"
    func line(_ found: String, _ now: String) -> String {
      "dvstrain: warning: \(path): its training so far was computed by numerics version \(found), and goes on by "
        + "version \(now): results will differ, at first in the last digits, from those of a run without a break"
    }
    let starts = [
      ("cpu", []), ("cpu", []), ("reference", [line("2", "reference")]), ("reference", []),
      ("cpu", [line("reference", "2")]),
    ]
    for (stepCount, (device, lines)) in starts.enumerated() {
      let result = try train("-device \(device) -max_steps \(stepCount + 1)")
      #expect(result.exitCode == 0, "\(result.standardError)")
      #expect(result.errorLines == lines, "start \(stepCount), \(device)")
    }
  }
}

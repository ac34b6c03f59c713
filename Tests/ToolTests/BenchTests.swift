import FileAccess
import Support
import SystemPackage
import Testing

@Suite("dvstrain bench")
struct BenchTests {
  private let directory: TemporaryDirectory
  private let checkpoint = "logs/T_2_b_4_c_1_Adam_lr_0.001_CosALR_32/checkpoint_latest.safetensors"

  init() throws {
    directory = try TemporaryDirectory()
    var generator = SeededGenerator(seed: 3)
    try SmallDataSet.random(using: &generator).write(to: directory.file("DvsGesture"))
    _ = try ToolRun.dvsprep("convert", ".", "-T", "2", "-o", "cache.h5", in: directory.path)
    _ = try dvstrain("-data_dir cache.h5 -out_dir logs -T 2 -channels 1 -b 4 -epochs 1")
  }

  private func dvstrain(_ arguments: String) throws -> CommandResult {
    try ToolRun.dvstrain(arguments.split(separator: " ").map(String.init), in: directory.path)
  }

  @Test("times a step and its stages, and writes the network with shifted biases")
  func times() throws {
    let command = "bench \(checkpoint) -data_dir cache.h5 -b 2 -steps 1 -threads 1"
    let text = try dvstrain(command)
    #expect(text.exitCode == 0, "\(text.standardError)")
    #expect(text.standardOutput.contains("training") && text.standardOutput.contains("inference"))
    #expect(text.standardOutput.contains("% of the inputs of conv2 to conv5 and fc1\n"))
    let shifted = try dvstrain(
      "\(command) --work inference --ones=0.25 --save active.safetensors --json")
    #expect(shifted.exitCode == 0, "\(shifted.standardError)")
    #expect(shifted.standardOutput.hasPrefix("{") && !shifted.standardOutput.contains("training"))
    #expect(try dvstrain("eval active.safetensors -data_dir cache.h5").exitCode == 0)
  }

  @Test("times a network of another depth, and names its layers")
  func otherDepth() throws {
    let training = try dvstrain(
      "-data_dir cache.h5 -out_dir other -T 2 -b 4 -epochs 1 "
        + "-net {c1k3s1-BN-LIF-MPk2s2}*2-FC110-LIF-APk10s10")
    #expect(training.exitCode == 0, "\(training.standardError)")
    let folder = try #require(try namesInDirectory(directory.file("other")).first)
    let result = try dvstrain(
      "bench other/\(folder)/checkpoint_latest.safetensors -data_dir cache.h5 -b 2 -steps 1 "
        + "-ones 0.25 -work training")
    #expect(result.exitCode == 0, "\(result.standardError)")
    #expect(result.standardOutput.contains("% of the inputs of conv2 and fc1\n"))
  }

  @Test("never replaces its inputs, and other files only with --force")
  func existingFiles() throws {
    let command = "bench \(checkpoint) -data_dir cache.h5 -b 2 -steps 1 -threads 1 -ones 0.25 -save"
    for (file, isInput) in [(checkpoint, true), ("cache.h5", true), ("notes.txt", false)] {
      if !isInput { try directory.write("my notes", to: file) }
      let before = try readFile(directory.file(file))
      let result = try dvstrain("\(command) \(file)\(isInput ? " --force" : "")")
      #expect(result.exitCode == 1 && result.standardOutput.isEmpty)
      let text =
        isInput ? "an input cannot also be the output" : "a file of this name exists; --force"
      #expect(result.errorLines.last?.hasPrefix("dvstrain: \(file): \(text)") == true)
      #expect(try readFile(directory.file(file)) == before)
    }
    #expect(try dvstrain("\(command) notes.txt --force -work inference").exitCode == 0)
    #expect(try dvstrain("eval notes.txt -data_dir cache.h5").exitCode == 0)
    // The checkpoint keeps the batch size that its position counts in.
    _ = try dvstrain("-data_dir cache.h5 -out_dir middle -T 2 -channels 1 -b 4 -max_steps 1")
    let middle = command.replacing("logs/", with: "middle/")
    #expect(try dvstrain("\(middle) other.safetensors -work inference").exitCode == 0)
    let found = try dvstrain("eval other.safetensors -data_dir cache.h5")
    #expect(found.exitCode == 0, "\(found.standardError)")
    let alone = try dvstrain("bench \(checkpoint) -data_dir cache.h5 -save a.safetensors")
    #expect(alone.exitCode == 64 && alone.errorLines.first?.contains("-ones is missing") == true)
  }

  @Test("stops at a signal", arguments: [("HUP", 129), ("INT", 130), ("USR1", 138), ("TERM", 143)])
  func signals(name: String, code: Int) throws {
    // Background processes of a shell inherit that SIGINT is ignored, which the tool heeds, and
    // processes of tests a mask that blocks signals, which the tool must undo.
    let result = try ToolRun.shell(
      """
      env --default-signal=INT "$DVSTRAIN" bench \(checkpoint) -data_dir cache.h5 -b 2 -steps 20000 -threads 1 2>errors &
      turns=0
      until grep -q "warm-up" errors || [ $turns = 6000 ]; do turns=$((turns + 1)); sleep 0.01; done
      kill -s \(name) $!
      wait $!
      """, in: directory.path)
    #expect(Int(result.exitCode) == code)
    let errors = String(decoding: try readFile(directory.file("errors")), as: UTF8.self)
    #expect(errors.hasSuffix("dvstrain: stopped; nothing was changed\n"), "\(errors)")
  }
}

import FileAccess
import Support
import SystemPackage
import Testing

@Suite("The command line of dvstrain")
struct TrainCommandLineTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try ToolRun.folderWithCache()
  }

  /// A network small enough for a test.
  private static let small = "-data_dir . -out_dir logs -T 2 -channels 1 -b 4"

  private func dvstrain(_ arguments: String) throws -> CommandResult {
    try ToolRun.dvstrain(arguments.split(separator: " ").map(String.init), in: directory.path)
  }

  private func expected(_ name: String) throws -> String {
    let path = Fixtures.packageDirectory.pushing(FilePath("Tests/ToolTests/Expected/\(name)"))
    return String(decoding: try readFile(path), as: UTF8.self)
  }

  @Test(
    "describes the network with exactly the expected text",
    arguments: [
      ("", "describe.txt"),
      (
        "-T 4 -channels 8 -neuron PLIF -tau 3 -v_reset none -no_detach_reset -no_decay_input "
          + "-surrogate Sigmoid -pool avg -step_mode s -dropout 0", "describe_all_options.txt"
      ),
    ])
  func describe(arguments: String, file: String) throws {
    let result = try dvstrain("describe \(arguments)")
    #expect(result.exitCode == 0)
    #expect(result.standardError.isEmpty)
    #expect(result.standardOutput == (try expected(file)))
  }

  @Test("describes another network with its notation, also in JSON")
  func describeOther() throws {
    let text = "{c4k3s1-BN-PLIF-MPk2s2}*2-DP-FC110-PLIF-APk10s10"
    let result = try dvstrain("describe -net \(text)")
    #expect(result.exitCode == 0)
    #expect(
      result.standardOutput.contains("\n\nnetwork     \(text)\nneurons     PLIF, initial tau 2.0"))
    #expect(result.standardOutput.contains("\nfc.2    Linear(4096, 110) "))
    let json = try dvstrain("describe -net \(text) --json").standardOutput
    #expect(json.contains("\"net\":\"\(text)\"") && !json.contains("\"channels\""))
  }

  @Test("shows version, help with examples, and completions, and exits with 0")
  func help() throws {
    #expect(try dvstrain("--version").standardOutput == "dvstrain 0.1.0\n")
    let root = try dvstrain("--help")
    #expect(root.exitCode == 0)
    #expect(root.standardOutput.contains("EXIT CODES\n"))
    #expect(root.standardOutput.contains("ENVIRONMENT\n  DVS_ISA "))
    for command in ["train", "eval", "predict", "describe", "plot"] {
      #expect(root.standardOutput.contains("\n  \(command)"))
      let result = try dvstrain("\(command) --help")
      #expect(result.exitCode == 0)
      #expect(result.standardOutput.contains("EXAMPLES\n  dvstrain \(command)"))
      #expect(try dvstrain("\(command) -h") == result)
    }
    for shell in ["bash", "zsh", "fish"] {
      let result = try dvstrain("--generate-completion-script \(shell)")
      #expect(result.exitCode == 0)
      #expect(result.standardOutput.contains("data_dir"))
    }
  }

  @Test(
    "exits with 64 on wrong usage, and names the option, the value found and those expected",
    arguments: [
      ("", "Missing expected argument '-data_dir <dir>'"),
      ("\(small) -channels 0", "-channels: 1 to 4096 channels expected, 0 found"),
      ("\(small) -channels -1", "-channels: 1 to 4096 channels expected, -1 found"),
      ("\(small) -channels many", "The value 'many' is invalid for '-channels <N>'"),
      ("\(small) -b 0", "-b: 1 to 65535 samples expected, 0 found"),
      ("\(small) -T 0", "-T: 1 to 65535 frames expected, 0 found"),
      ("\(small) -epochs 0", "-epochs: 1 or more epochs expected, 0 found"),
      ("\(small) -j -1", "-j: 0 to 1024 threads expected, -1 found"),
      ("\(small) -threads -1", "-threads: 1 to 1024 threads expected, -1 found"),
      ("bench c -data_dir . --steps -1", "-steps: 1 or more expected, -1 found"),
      ("\(small) -threads 0", "-threads: 1 to 1024 threads expected, 0 found"),
      ("\(small) -lr nan", "-lr: over 0 expected, nan found"),
      ("\(small) -lr 0", "-lr: over 0 expected, 0.0 found"),
      ("\(small) -lr -1", "-lr: over 0 expected, -1.0 found"),
      ("\(small) -lr inf", "-lr: over 0 expected, inf found"),
      ("\(small) -momentum 1", "-momentum: from 0 to under 1 expected, 1.0 found"),
      ("\(small) -gamma 0", "-gamma: over 0 expected, 0.0 found"),
      ("\(small) -step_size 0", "-step_size: 1 or more epochs expected, 0 found"),
      (
        "\(small) -step_size 1.5", "'1.5' is invalid for '-step_size <N>': a whole number of epochs"
      ),
      ("\(small) -T_max 0", "-T_max: 1 or more epochs expected, 0 found"),
      (
        "\(small) -opt RMSprop",
        "'RMSprop' is invalid for '-opt <name>'. Please provide one of 'SGD', 'Adam' or 'AdamW'"
      ),
      ("\(small) -lr_scheduler Plateau", "Please provide one of 'CosALR' and 'StepLR'"),
      ("\(small) -weight_decay -1", "-weight_decay: 0 or more expected, -1.0 found"),
      ("\(small) -dropout 1", "-dropout: a number from 0 to under 1 expected, 1.0 found"),
      ("\(small) -tau 0.5", "-tau: a number of at least 1 expected, 0.5 found"),
      ("\(small) -neuron PLIF -tau 1", "-tau: a number over 1 expected, 1.0 found"),
      ("\(small) -neuron IF", "'IF' is invalid for '-neuron <LIF|PLIF>'"),
      (
        "\(small) -net c1k3s1-BN-LIF-FC110-LIF-APk10s10",
        "-net already gives channels, neurons and pooling: leave out -channels"
      ),
      (
        "describe -pool max -net c1k3s1",
        "-net already gives channels, neurons and pooling: leave out -pool"
      ),
      (
        "describe -net c1k3s1 -neuron lif",
        "-net already gives channels, neurons and pooling: leave out -neuron"
      ),
      ("describe -net c16k3s1-LIF", "-net: character 9: batch norm expected, neurons found"),
      (
        "describe -net c16k3s1-BN-LIF-FC100-LIF-APk10s10",
        "-net: character 26: 11 classes expected, 100 neurons with 10 per class give 10: "
          + "the linear layer before the vote must have 110 outputs"
      ),
      (
        "describe -net c1k3s1-BN-LIF-FC11-LIF -dropout 0.3",
        "-dropout: -net has no DP, so nothing would be dropped: put DP in front of a linear "
          + "layer, or leave out -dropout"
      ),
      (
        "describe -net c1k3s1-BN-PLIF-FC11-PLIF -tau 1", "-tau: a number over 1 expected, 1.0 found"
      ),
      ("\(small) -v_reset low", "The value 'low' is invalid for '-v_reset <V|none>'"),
      ("\(small) -v_reset 1", "-v_reset: a number below the threshold, 1.0, expected, 1.0 found"),
      ("\(small) -alpha 0", "-alpha: a number over 0 expected, 0.0 found"),
      ("\(small) -val 1", "-val: from 0 to under 1 expected, 1.0 found"),
      ("\(small) -accumulate 0", "-accumulate: 1 to 65535 batches expected, 0 found"),
      ("\(small) -eval_every 0", "-eval_every: 1 or more epochs expected, 0 found"),
      ("\(small) -max_steps 0", "-max_steps: 1 or more steps expected, 0 found"),
      ("\(small) -save_every 0", "-save_every: 1 or more steps expected, 0 found"),
      (
        "\(small) -device gpu",
        "'gpu' is invalid for '-device <name>': auto, cpu, reference or cuda:N"
      ),
      (
        "\(small) -device cpu:0",
        "'cpu:0' is invalid for '-device <name>': auto, cpu, reference or cuda:N"
      ),
      ("bench c -data_dir . --steps 0", "-steps: 1 or more expected, 0 found"),
      ("bench c -data_dir . --ones 1", "-ones: a fraction between 0 and 1 expected, 1.0 found"),
      ("\(small) -duration 1000", "-duration decides the number of frames: leave out -T"),
      ("-data_dir . -out_dir l -duration 0", "-duration: 1 or more microseconds expected, 0 found"),
      ("\(small) -resume a -init b", "-init starts a new run, -resume continues one: leave"),
      ("\(small) -resume a --force", "--force starts a new run, -resume continues one: leave"),
      ("\(small) -nonsense", "Unknown option '-nonsense'"),
      ("\(small) extra", "Unexpected argument 'extra'"),
      ("eval -data_dir .", "Missing expected argument '<checkpoint> ...'"),
      ("eval c -data_dir . -split all", "Please provide one of 'train' and 'test'"),
      ("predict c", "Missing expected argument '<input>'"),
      ("predict c r -window 0", "-window: 0.000001 to 1000000 seconds expected, 0.0 found"),
      ("predict c r -step nan", "-step: 0.000001 to 1000000 seconds expected, nan found"),
      ("describe -T_max 3", "Unknown option '-T_max'"),
    ])
  func wrongUsage(arguments: String, message: String) throws {
    let result = try dvstrain(arguments)
    #expect(result.exitCode == 64)
    #expect(result.standardError.contains(message), "\(result.standardError)")
    #expect(result.standardError.split(separator: "\n").count == 1, "\(result.standardError)")
    #expect(result.standardOutput.isEmpty)
    #expect(try directory.names() == ["DvsGesture", "frames_number_2_split_by_number.h5"])
  }

  @Test(
    "exits with 1 and one line where it cannot train, and writes nothing",
    arguments: [
      (
        "-data_dir . -out_dir logs",
        "dvstrain: .: no cache of T 16 by number (frames_number_16_split_by_number.h5); there are: "
          + "./frames_number_2_split_by_number.h5 (T 2 by number; -T 2); 'dvsprep convert .' makes it"
      ),
      (
        "\(small) -split_by time",
        "dvstrain: .: no cache of T 2 by time (frames_number_2_split_by_time.h5); there are: "
          + "./frames_number_2_split_by_number.h5 (T 2 by number; -T 2); "
          + "'dvsprep convert . -T 2 --split-by time' makes it"
      ),
      (
        "-data_dir frames_number_2_split_by_number.h5 -out_dir logs -T 16",
        "dvstrain: frames_number_2_split_by_number.h5: the cache has T 2 instead of 16"
      ),
      (
        "-data_dir none -out_dir logs",
        "dvstrain: none: cannot be opened: No such file or directory"
      ),
      (
        "-data_dir DvsGesture/user02_led.aedat -out_dir logs",
        "dvstrain: DvsGesture/user02_led.aedat: a frame cache expected, a recording found: "
          + "'dvsprep convert DvsGesture' makes one"
      ),
      (
        "\(small) -b 16",
        "dvstrain: ./frames_number_2_split_by_number.h5: -b 16 is more than the 15 training "
          + "samples: no batch would be full"
      ),
      (
        "\(small) -device cuda:0",
        "dvstrain: no NVIDIA driver found (libcuda.so.1): install version 525 or later, "
          + "or use -device cpu"
      ),
      ("\(small) -resume none", "dvstrain: none: cannot be opened: No such file or directory"),
      ("\(small) -init none", "dvstrain: none: cannot be opened: No such file or directory"),
    ])
  func refused(arguments: String, message: String) throws {
    let result = try dvstrain(arguments)
    #expect(result.exitCode == 1)
    #expect(result.errorLines == [message])
    #expect(result.standardOutput.isEmpty)
    let written = directory.file("logs")
    if written.isDirectory {
      for name in try namesInDirectory(written) {
        #expect(try namesInDirectory(written.appending(name)).isEmpty)
      }
    }
  }
}

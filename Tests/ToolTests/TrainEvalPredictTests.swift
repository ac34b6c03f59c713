import FileAccess
import FoundationEssentials
import Support
import SystemPackage
import Testing

@Suite("Training, evaluation and prediction by dvstrain")
struct TrainEvalPredictTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try ToolRun.folderWithCache()
  }

  /// A network small enough for a test.
  private static let small = "-data_dir . -out_dir logs -T 2 -channels 1 -b 4"
  private static let checkpoint =
    "logs/T_2_b_4_c_1_Adam_lr_0.001_CosALR_32/checkpoint_latest.safetensors"

  private func dvstrain(_ arguments: String) throws -> CommandResult {
    try ToolRun.dvstrain(arguments.split(separator: " ").map(String.init), in: directory.path)
  }

  @Test("trains, evaluates and predicts; eval and predict agree, and both write JSON")
  func wholeRun() throws {
    let training = try dvstrain("\(Self.small) -epochs 2")
    #expect(training.exitCode == 0, "\(training.standardError)")
    let lines = training.standardOutput.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines[0].hasPrefix("epoch=0, train_loss="))
    #expect(lines[1].contains(", max_test_acc="))
    #expect(training.errorLines.first?.contains("15 training and 5 test samples") == true)
    #expect(
      training.errorLines.dropFirst().first
        == "dvstrain: 12 of 15 training samples in each epoch: batches are full, as with PyTorch's "
        + "drop_last=True")
    let full = try dvstrain("-data_dir . -out_dir full -T 2 -channels 1 -b 5 -epochs 1")
    #expect(full.exitCode == 0 && !full.standardError.contains("drop_last"))
    #expect(training.errorLines.first?.contains("seed 2020, cpu (") == true)

    let text = try dvstrain("eval \(Self.checkpoint) -data_dir .")
    #expect(text.exitCode == 0)
    #expect(text.standardOutput.hasPrefix("accuracy "))
    let evaluation = try dvstrain("eval \(Self.checkpoint) -data_dir . --json --quiet -b 2")
    #expect(evaluation.errorLines(without: "no neuron of").isEmpty)
    let report = try JSONDecoder().decode(
      Evaluation.self, from: Data(evaluation.standardOutput.utf8)
    ).report
    #expect(report.samples == 5)

    let cache = "frames_number_2_split_by_number.h5"
    let predictions = try dvstrain("predict \(Self.checkpoint) \(cache) --json --quiet")
      .standardOutput.split(separator: "\n").map { line in
        try JSONDecoder().decode(Prediction.self, from: Data(line.utf8))
      }
    #expect(predictions.count == 5)
    // A silent sample has no prediction, but eval counts it as the first class.
    #expect(predictions.allSatisfy { $0.prediction != nil || $0.correct == false })
    #expect(
      predictions.count { $0.correct == true || ($0.prediction == nil && $0.label == 0) }
        == report.correct)
    #expect(predictions.allSatisfy { $0.rates?.count == 11 && $0.rate == $0.rates?.max() })
    #expect(predictions.first?.identity == "test/1/user24_lab_0")
    #expect(predictions.first?.classNumber == 2)
    #expect(
      predictions.allSatisfy { $0.predictionClassNumber == $0.prediction.map { $0 + 1 } })
    let table = try dvstrain("predict \(Self.checkpoint) \(cache) --quiet").standardOutput
    #expect(
      table.contains("\ntest/1/user24_lab_0 ") && table.contains(" 2 right_hand_wave (label 1) "))
    // In a folder, predict finds the cache by the checkpoint's split rule.
    let trained = try dvstrain("predict \(Self.checkpoint) . -split train")
    #expect(trained.standardOutput.split(separator: "\n").count == 15 + 2)
  }

  @Test("trains another network in a folder named after it, resumes, and evaluates it")
  func otherNetwork() throws {
    let text = "c1k3s1-BN-LIF-MPk2s2-{c2k3s1-BN-LIF-APk2s2}*4-FC110-LIF-APk10s10"
    let command = "-data_dir . -out_dir logs -T 2 -b 4 -net \(text)"
    let training = try dvstrain("\(command) -epochs 1")
    #expect(training.exitCode == 0, "\(training.standardError)")
    #expect(training.errorLines.first?.contains(", net \(text), LIF, ") == true)
    let folder = "logs/T_2_b_4_net_c1MP-c2APx4-FC110-AP10_Adam_lr_0.001_CosALR_32"
    #expect(try namesInDirectory(directory.file("logs")).map { "logs/\($0)" } == [folder])
    #expect(try dvstrain("\(command) -epochs 2 -resume auto").exitCode == 0)
    let checkpoint = "\(folder)/checkpoint_latest.safetensors"
    let evaluation = try dvstrain("eval \(checkpoint) -data_dir .")
    #expect(evaluation.exitCode == 0, "\(evaluation.standardError)")
    #expect(
      evaluation.standardOutput.contains("\nconv 5 ")
        && evaluation.standardOutput.contains("\nfc 1 "))
    #expect(!evaluation.standardOutput.contains("\nfc 2 "))
    #expect(try dvstrain("predict \(checkpoint) . --quiet").exitCode == 0)
    let other = try dvstrain(
      "-data_dir . -out_dir logs -T 2 -b 4 -channels 1 -resume \(checkpoint)")
    #expect(other.exitCode == 1)
    #expect(
      other.errorLines.last?.contains("(the checkpoint's network: -net '\(text)')") == true)
  }

  @Test("predicts the windows of a recording, and shows their labels and which are empty")
  func predictRecording() throws {
    #expect(try dvstrain("\(Self.small) -epochs 1 --quiet").exitCode == 0)
    let recording = "DvsGesture/user24_lab.aedat"
    let options = "-window 0.005 -step 0.005"
    let text = try dvstrain("predict \(Self.checkpoint) \(recording) \(options)")
    #expect(text.exitCode == 0, "\(text.standardError)")
    let lines = text.standardOutput.split(separator: "\n")
    #expect(lines.first?.hasPrefix("start s") == true)
    #expect(lines.last?.hasPrefix("accuracy ") == true)
    #expect(text.errorLines.last?.contains("times real time") == true)
    let json = try dvstrain(
      "predict \(Self.checkpoint) \(recording) \(options) --json --quiet -b 3")
    let windows = try json.standardOutput.split(separator: "\n").map { line in
      try JSONDecoder().decode(Prediction.self, from: Data(line.utf8))
    }
    #expect(windows.count == lines.count - 2)
    for window in windows {
      #expect((window.rates == nil) == (window.events == 0))
      #expect((window.correct == nil) == (window.label == nil || window.rates == nil))
    }
    // The samples of the cache that args.txt names last far less than 1.5 s.
    let wide = try dvstrain("predict \(Self.checkpoint) \(recording)")
    #expect(
      wide.errorLines.contains {
        $0.hasPrefix("dvstrain: windows of 1.5 s; the training samples lasted 0.0")
      }, "\(wide.standardError)")
    // Much shorter windows: some have no events.
    let short = try dvstrain(
      "predict \(Self.checkpoint) \(recording) -window 0.00005 -step 0.001")
    #expect(short.standardOutput.contains(" empty "))
    let other = directory.file("copy.aedat")
    try writeFile(try readFile(directory.file(recording)), to: other)
    let unlabelled = try dvstrain("predict \(Self.checkpoint) copy.aedat \(options)")
    #expect(!unlabelled.standardOutput.contains("accuracy"))
  }

  @Test("prints to one file in order: what follows a table on stderr comes after it")
  func oneFile() throws {
    #expect(try dvstrain("\(Self.small) -epochs 1 --quiet").exitCode == 0)
    let command =
      "\"$DVSTRAIN\" predict \(Self.checkpoint) DvsGesture/user24_lab.aedat -window 0.01 -step 0.01"
    let result = try ToolRun.shell("\(command) >log 2>&1", in: directory.path)
    #expect(result.exitCode == 0)
    let lines = String(decoding: try readFile(directory.file("log")), as: UTF8.self)
      .split(separator: "\n")
    #expect(lines.first?.hasPrefix("dvstrain: DvsGesture/user24_lab.aedat: ") == true)
    #expect(lines.last?.hasSuffix(" times real time") == true, "\(lines.last ?? "")")
    #expect(lines.allSatisfy { $0.hasPrefix("dvstrain: ") || !$0.contains("dvstrain: ") })
    // An error of stdout is still reported after the lines on stderr.
    let full = try ToolRun.shell("\(command) >/dev/full", in: directory.path)
    #expect(full.exitCode == 1)
    #expect(full.errorLines.last?.contains("stdout: cannot be written") == true)
  }

  @Test(
    "trains on frames of a fixed duration, with empty samples, and predicts by the same split rule")
  func duration() throws {
    _ = try ToolRun.dvsprep("convert", ".", "--duration", "4000", "--quiet", in: directory.path)
    let training = try dvstrain(
      "-data_dir . -out_dir logs -duration 4000 -channels 1 -b 4 -epochs 1")
    #expect(training.exitCode == 0, "\(training.standardError)")
    #expect(!training.standardOutput.contains("nan"))
    let folder = try #require(try namesInDirectory(directory.file("logs")).first)
    let checkpoint = "logs/\(folder)/checkpoint_latest.safetensors"
    let samples = try dvstrain("predict \(checkpoint) duration_4000.h5")
    #expect(samples.exitCode == 0)
    #expect(samples.standardOutput.contains(" empty "))
    // Windows of another length than the samples' have another number of frames.
    let windows = try dvstrain(
      "predict \(checkpoint) DvsGesture/user24_lab.aedat -window 0.03 -step 0.01")
    #expect(windows.exitCode == 0, "\(windows.standardError)")
    let other = try dvstrain(
      "eval \(checkpoint) -data_dir frames_number_2_split_by_number.h5 --quiet")
    #expect(other.exitCode == 1)
    #expect(
      other.errorLines.first?.contains("T 2 by number instead of frames of 4000 µs") == true)
  }

  @Test("exits with 1 and one line for a corrupt sample, a foreign checkpoint and a full stdout")
  func corruptInput() throws {
    #expect(try dvstrain("\(Self.small) -epochs 1 --quiet").exitCode == 0)
    let cache = directory.file("frames_number_2_split_by_number.h5")
    let valid = try readFile(cache)
    // These bytes are of frames: they are the largest part, and the file has them before the
    // columns.
    var corrupt = valid
    for index in stride(from: valid.count / 4, to: valid.count / 2, by: 16) { corrupt[index] ^= 1 }
    try writeFile(corrupt, to: cache)
    for arguments in ["\(Self.small) -epochs 1 --force", "eval \(Self.checkpoint) -data_dir ."] {
      let result = try dvstrain("\(arguments) --quiet")
      #expect(result.exitCode == 1)
      #expect(result.errorLines.count == 1)
      #expect(result.standardError.contains("frames_number_2_split_by_number.h5: "))
    }
    try writeFile(valid, to: cache)
    #expect(try dvstrain("\(Self.small) -epochs 1 --quiet --force").exitCode == 0)
    for foreign in ["DvsGesture/user24_lab.aedat", "frames_number_2_split_by_number.h5"] {
      let result = try dvstrain("eval \(foreign) -data_dir . --quiet")
      #expect(result.exitCode == 1)
      #expect(result.errorLines.count == 1)
      #expect(result.standardError.hasPrefix("dvstrain: \(foreign): "))
    }
    let full = try ToolRun.shell(
      "exec \"$DVSTRAIN\" \(Self.small) -epochs 1 --quiet --force >/dev/full", in: directory.path)
    #expect(full.exitCode == 1)
    #expect(
      full.errorLines(without: "no neuron of")
        == ["dvstrain: stdout: cannot be written: No space left on device"])
  }

  private struct Evaluation: Decodable {
    struct Report: Decodable {
      let samples: Int
      let correct: Int
    }
    let report: Report
  }

  private struct Prediction: Decodable {
    let events: Int
    let label: Int?
    let prediction: Int?
    let rate: Float?
    let rates: [Float]?
    let correct: Bool?
    let identity: String?
    let classNumber: Int?
    let predictionClassNumber: Int?

    private enum CodingKeys: String, CodingKey {
      case events, label, prediction, rate, rates, correct, identity
      case classNumber = "class_number"
      case predictionClassNumber = "prediction_class_number"
    }
  }
}

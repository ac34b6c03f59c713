import ArgumentParser
internal import FileAccess
import FrameCache
import SpikingNetwork
import SystemPackage
import Terminal
import ToolSupport
import Train

/// `dvstrain import`.
struct ImportWeightsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Take over weights, or a whole training, of PyTorch.",
    discussion: """
      FILE is a .pth of torch.save or a .safetensors: weights alone, or what SpikingJelly's \
      examples save (checkpoint_latest.pth). Nothing in it is executed. Or it is a graph of NIR \
      (-o): what 'dvstrain export' writes, or another chain of the same nodes, with biases of \
      convolutions in place of batch norm.

      With -o, the weights become a .safetensors that 'eval', 'predict', 'export' and -init take.

      With -data_dir, the training continues here: a run's folder appears in OUT_DIR, with a \
      checkpoint of weights, optimizer (Adam, AdamW or SGD), schedule, epoch and best accuracy, \
      from which the printed command resumes. -b must be the batch size of the training. \
      What cannot be continued exactly is refused by name.

      The network is found by the tensors' shapes; -net or -channels say it where they cannot. \
      Its neurons are those of SpikingJelly's tutorial unless options say otherwise.

      EXAMPLES
        dvstrain import checkpoint_max.pth --labels spikingjelly -o net.safetensors
        dvstrain import net.nir -o net.safetensors
        dvstrain import latest.pth -data_dir DvsGesture -b 16 --labels dataset
      """)

  @Argument(help: ArgumentHelp("The file.", valueName: "file"), completion: .file())
  var file: String

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("The .safetensors to write.", valueName: "file"), completion: .file())
  var output: String?

  @Option(
    name: OptionName.dataDirectory.name,
    help: ArgumentHelp(
      "The cache to continue on, its folder, or the data set's folder.", valueName: "dir"),
    completion: .file())
  var dataDirectory: String?

  @Option(
    name: OptionName.outputDirectory.name,
    help: ArgumentHelp(
      "The folder in which the run's folder is created, named after its settings.",
      valueName: "dir"),
    completion: .directory)
  var outputDirectory = "./logs"

  @Option(
    name: .long,
    help: ArgumentHelp(
      "With a graph of NIR: the time step of a frame in seconds. (default: what the graph says, or 1e-4)",
      valueName: "seconds"))
  var dt: Double?

  @OptionGroup var labels: LabelsOption
  @OptionGroup var batch: BatchOption

  @Option(
    name: OptionName.seed.name, parsing: .unconditional,
    help: ArgumentHelp("Seed of all random numbers.", valueName: "N"))
  var seed: UInt64 = 2020

  @Flag(name: .long, help: "Replace an existing file or run.")
  var force = false

  @OptionGroup(title: "Network options") var networkOptions: NetworkOptions
  @OptionGroup(title: "Network options") var rule: FrameRuleOptions
  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    guard (output == nil) != (dataDirectory == nil) else {
      throw ValidationError(
        "-o FILE to write weights, or -data_dir DIR to continue a training, expected"
          + (output == nil ? "" : ", not both"))
    }
    if let output, FilePath(output).extension?.lowercased() != "safetensors" {
      throw ValidationError("-o: a name that ends in .safetensors expected, '\(output)' found")
    }
    if let dt, !(dt > 0 && dt.isFinite) {
      throw ValidationError("--dt: a number over 0 expected, \(dt) found")
    }
    _ = try rule.request(frameCount: networkOptions.frameCount)
  }

  func run() throws {
    let messages = outputOptions.messages
    var refusal: ValidationError?
    try runWork(messages) {
      let path = FilePath(file)
      let weights = try readWeights(path)
      do {
        if let output {
          try writeWeights(weights, to: FilePath(output), messages)
        } else if let dataDirectory {
          try writeRun(weights, on: FilePath(dataDirectory), messages)
        }
      } catch let error as ValidationError { refusal = error }
    }
    if let refusal { throw refusal }
  }

  private func readWeights(_ path: FilePath) throws -> WeightsFile {
    guard NIRReading.isGraph(path) else {
      guard dt == nil else {
        throw TrainError(.checkpoint, path, "--dt", "a graph of NIR expected, another file found")
      }
      return try WeightsFile(reading: path, withTraining: dataDirectory != nil)
    }
    guard output != nil else {
      throw TrainError(
        .checkpoint, path, "",
        "an HDF5 file found, such as a graph of NIR, which has no training to continue: -o writes "
          + "its weights, and -init starts a training with them")
    }
    return try WeightsFile(
      reading: path, labels: labels.labels, graphs: .byThisProgram(timeStep: dt))
  }

  private func writeWeights(
    _ weights: WeightsFile, to path: FilePath, _ messages: Messages
  ) throws {
    guard !weights.isCheckpoint else {
      throw TrainError(
        .checkpoint, weights.path, "",
        "a checkpoint of dvstrain found: 'dvstrain export' writes its weights")
    }
    let file = try OutputFile(path, inputs: [weights.path], force: force)
    let network = try TrainedNetwork(
      weights, as: try networkOptions.network(of: weights, frameCount: networkOptions.frameCount),
      labels: labels.labels, onNote: messages.tell)
    let count = try WeightsExport(
      network, .safetensors, names: .pythonNet, labels: .dataSet, path: weights.path
    ).write(to: file.path, replacing: force)
    if outputOptions.json {
      try printJSON(JSON(source: self.file, file: path.string, tensors: count))
    } else {
      printText(
        "\(plainText(path.string)): \(counted(count, "tensor")) of "
          + "\(network.settings.network.notation), "
          + LabelOrder.dataSet.words(for: network.classNames))
    }
  }

  private func writeRun(
    _ weights: WeightsFile, on data: FilePath, _ messages: Messages
  ) throws {
    let cache = try FrameCache(
      in: data, fitting: try rule.request(frameCount: networkOptions.frameCount))
    let run = try TrainingImport(
      weights, network: try networkOptions.network(of: weights, frameCount: cache.frameCount),
      labels: labels.labels, batchSize: batch.size, seed: seed, cache: cache,
      outputDirectory: FilePath(outputDirectory), onNote: messages.tell)
    try run.write(replacing: force, onWarning: messages.warn)
    let checkpoint = run.checkpoint
    let command =
      "dvstrain \(run.settings.commandOptions(cache.settings.split)) -data_dir "
      + "\(shellWord(data.string)) -out_dir \(shellWord(outputDirectory)) -resume auto"
    if outputOptions.json {
      try printJSON(
        RunJSON(
          source: file, checkpoint: run.files.latestCheckpoint.string,
          epochs: checkpoint.position.epoch, steps: checkpoint.state.optimizerStepCount,
          maxTestAcc: checkpoint.position.bestAccuracy, resume: command))
    } else {
      printText(
        "\(run.files.latestCheckpoint.plain): \(counted(checkpoint.position.epoch, "epoch")), "
          + "\(counted(checkpoint.state.optimizerStepCount, "step")); to continue, with -epochs N "
          + "for N in all:\n\(plainText(command))")
    }
  }

  private struct JSON: Encodable {
    let command = "import"
    let source: String
    let file: String
    let tensors: Int
  }

  private struct RunJSON: Encodable {
    let command = "import"
    let source: String
    let checkpoint: String
    let epochs: Int
    let steps: Int
    let maxTestAcc: Double?
    let resume: String
  }
}

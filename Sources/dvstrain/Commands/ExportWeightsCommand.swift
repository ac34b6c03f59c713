import ArgumentParser
internal import FileAccess
import SystemPackage
import Terminal
import ToolSupport
import Train

/// `dvstrain export`.
struct ExportWeightsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a checkpoint's weights as a file that other programs read.",
    discussion: """
      pth: a dictionary of tensors, which torch.load(FILE, weights_only=True) reads.
      safetensors: the same tensors, which safetensors.torch.load_file reads.

      The tensors are named as in a network of SpikingJelly: python-net and cext-net are those \
      of its tutorial, dvs-gesture-net is its own DVSGestureNet, for networks with its layers (128 \
      channels); biases that the network has none of are written as 0. The file says which names and labels it has; 'dvstrain \
      import', 'eval', 'predict' and -init take it back.

      EXAMPLES
        dvstrain export logs/T_16_b_16_c_128 --to pth -o net.pth
        dvstrain export checkpoint_max.safetensors --to pth \\
          --names dvs-gesture-net --labels spikingjelly -o net.pth
        dvstrain export checkpoint_max.safetensors --to safetensors \\
          --names cext-net -o net.safetensors
      """)

  @Argument(
    help: ArgumentHelp("The checkpoint, or the folder of a run.", valueName: "checkpoint"),
    completion: .file())
  var checkpoint: String

  @Option(
    name: .long, help: ArgumentHelp("The format.", valueName: "safetensors|pth"))
  var to: WeightsExport.Format

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The network whose tensor names to write.", valueName: "python-net|cext-net|dvs-gesture-net"))
  var names = WeightNames.pythonNet

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The order of the output neurons: by the data set's labels, or by those of SpikingJelly's loader.",
      valueName: "dataset|spikingjelly"))
  var labels = LabelOrder.dataSet

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("The file.", valueName: "file"), completion: .file())
  var output: String

  @Flag(name: .long, help: "Replace an existing file.")
  var force = false

  @OptionGroup var outputOptions: OutputOptions

  func run() throws {
    let messages = outputOptions.messages
    try runWork(messages) {
      let path = try RunFiles.checkpoint(at: FilePath(checkpoint), .best)
      let network = try TrainedNetwork(reading: path, onNote: messages.tell)
      let export = try WeightsExport(network, to, names: names, labels: labels, path: path)
      let file = try OutputFile(FilePath(output), inputs: [path], force: force)
      let count = try export.write(to: file.path, replacing: force)
      if outputOptions.json {
        try printJSON(
          JSON(
            checkpoint: path.string, file: output, format: to.rawValue, names: names.rawValue,
            labels: labels.rawValue, tensors: count))
      } else {
        printText(
          "\(plainText(output)): \(counted(count, "tensor")), names of \(names.rawValue), "
            + labels.words)
      }
    }
  }

  private struct JSON: Encodable {
    let command = "export"
    let checkpoint: String
    let file: String
    let format: String
    let names: String
    let labels: String
    let tensors: Int
  }
}

extension WeightsExport.Format: NamedChoice {}
extension WeightNames: NamedChoice {}

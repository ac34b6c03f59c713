import ArgumentParser
internal import FileAccess
import SpikingNetwork
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
      nir: a graph in the Neuromorphic Intermediate Representation, for simulators and hardware.
      onnx: one time step, for onnxruntime: inputs and outputs have a membrane for each layer.

      The tensors are named as in a network of SpikingJelly: python-net and cext-net are those \
      of its tutorial, dvs-gesture-net is its own DVSGestureNet, for networks with its layers (128 \
      channels); biases that the network has none of are written as 0. The file says which names and labels it has; 'dvstrain \
      import', 'eval', 'predict' and -init take it back.

      NIR has neither batch norm nor a maximum. Batch norm becomes part of the convolutions; the \
      maximum of 2x2 spikes, a pooling node and IF neurons that fire if there is a spike among them. \
      --pool-node avg is for SpikingJelly (and snnTorch), sum for Norse (and sinabs): these read \
      no other. Both compute what dvstrain computes, with dt=1e-4, but for rounding. sinabs and \
      snnTorch do not: sinabs resets by subtraction and its leak is exp(-1/tau); snnTorch fires \
      only above the threshold, its IF neurons leak, and it wants r=1 of them. The votes and the \
      mean over all frames are not in the graph, as its metadata say.

      EXAMPLES
        dvstrain export logs/T_16_b_16_c_128 --to pth -o net.pth
        dvstrain export checkpoint_max.safetensors --to pth \\
          --names dvs-gesture-net --labels spikingjelly -o net.pth
        dvstrain export checkpoint_max.safetensors --to safetensors \\
          --names cext-net -o net.safetensors
        dvstrain export checkpoint_max.safetensors --to nir --pool-node sum \\
          -o net.nir
        dvstrain export checkpoint_max.safetensors --to onnx -o net.onnx
      """)

  @Argument(
    help: ArgumentHelp("The checkpoint, or the folder of a run.", valueName: "checkpoint"),
    completion: .file())
  var checkpoint: String

  @Option(
    name: .long, help: ArgumentHelp("The format.", valueName: "safetensors|pth|nir|onnx"))
  var to: WeightsExport.Format

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The network whose tensor names to write. (default: python-net)",
      valueName: "python-net|cext-net|dvs-gesture-net"))
  var names: WeightNames?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The order of the output neurons: by the data set's labels, or by those of SpikingJelly's loader.",
      valueName: "dataset|spikingjelly"))
  var labels = LabelOrder.dataSet

  @Option(
    name: .long,
    help: ArgumentHelp("With nir: the node that pools. (default: avg)", valueName: "avg|sum"))
  var poolNode: PoolNode?

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("The file.", valueName: "file"), completion: .file())
  var output: String

  @Flag(name: .long, help: "Replace an existing file.")
  var force = false

  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    if to.isGraph, names != nil {
      throw ValidationError("--names: a graph has nodes, whose names are fixed: leave out --names")
    }
    if to != .nir, poolNode != nil {
      throw ValidationError("--pool-node: only graphs of NIR have such a node: --to nir expected")
    }
  }

  func run() throws {
    let messages = outputOptions.messages
    let names = names ?? .pythonNet
    try runWork(messages) {
      let path = try RunFiles.checkpoint(at: FilePath(checkpoint), .best)
      let network = try TrainedNetwork(
        reading: path, graphs: .byThisProgram(), onNote: messages.tell)
      let export = try WeightsExport(
        network, to, names: names, labels: labels, poolNode: poolNode ?? .average, path: path)
      let file = try OutputFile(FilePath(output), inputs: [path], force: force)
      let count = try export.write(to: file.path, replacing: force)
      if outputOptions.json {
        try printJSON(
          JSON(
            checkpoint: path.string, file: output, format: to.rawValue,
            names: to.isGraph ? nil : names.rawValue,
            poolNode: to == .nir ? (poolNode ?? .average).rawValue : nil, labels: labels.rawValue,
            tensors: to.isGraph ? nil : count, nodes: to.isGraph ? count : nil))
      } else if to.isGraph {
        if to == .nir { messages.note(Self.readers(poolNode ?? .average)) }
        let neuron = network.settings.network.neuron
        if poolNode == .sum, !neuron.decaysInput || neuron.resetPotential != 0 {
          messages.warn(
            "Norse ignores the resistance and the reset potential of LIF neurons, and will not "
              + "compute the same spikes")
        }
        printText(
          "\(plainText(output)): \(counted(count, "node")), "
            + labels.words(for: network.classNames))
      } else {
        printText(
          "\(plainText(output)): \(counted(count, "tensor")), names of \(names.rawValue), "
            + labels.words(for: network.classNames))
      }
    }
  }

  private struct JSON: Encodable {
    let command = "export"
    let checkpoint: String
    let file: String
    let format: String
    let names: String?
    let poolNode: String?
    let labels: String
    let tensors: Int?
    let nodes: Int?
  }

  /// Which programs read a graph, and what they make of it.
  private static func readers(_ poolNode: PoolNode) -> String {
    switch poolNode {
    case .average:
      "AvgPool2d is for SpikingJelly, which computes the same spikes; snnTorch does not: its IF "
        + "neurons leak and want r=1. Norse and sinabs read --pool-node sum"
    case .sum:
      "SumPool2d is for Norse with dt=1e-4, which computes the same spikes; sinabs does not: it "
        + "resets by subtraction. SpikingJelly and snnTorch read --pool-node avg"
    }
  }
}

extension WeightsExport.Format: NamedChoice {}
extension WeightNames: NamedChoice {}
extension PoolNode: NamedChoice {}

import ArgumentParser
import SpikingNetwork
import Terminal
import ToolSupport

/// `dvstrain describe`.
struct DescribeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "describe",
    abstract: "Describe a network: layers, shapes, parameters, multiplications.",
    discussion: """
      GMAC and MMAC are billions and millions of multiplications with weights per sample: in \
      the forward pass, for the gradients with respect to the weights, and for those with \
      respect to the layers' inputs.

      \(networkHelp)

      EXAMPLES
        dvstrain describe
        dvstrain describe -T 20 -neuron PLIF
        dvstrain describe -channels 32 --json
        dvstrain describe -net '{c64k3s1-BN-PLIF-MPk2s2}*3-DP-FC110-PLIF-APk10s10'
        dvstrain describe -size 346x260 -classes 5 \\
          -net '{c32k3s1-BN-LIF-MPk2s2}*6-FC50-LIF-APk10s10'
      """)

  @OptionGroup(title: "Network options") var networkOptions: NetworkOptions

  @Option(
    name: OptionName.size.name,
    help: ArgumentHelp(
      "Size of a frame in pixels, for example 346x260. Default: that of the data set that -net names, otherwise 128x128.",
      valueName: "WIDTHxHEIGHT"))
  var size: FrameSize?

  @Option(
    name: OptionName.classes.name, parsing: .unconditional,
    help: ArgumentHelp(
      "Number of classes. Default: that of the data set that -net names, otherwise \(NetworkDescription.gestureClassCount).",
      valueName: "N"))
  var classCount: Int?

  @Flag(name: .long, help: "Write the result as JSON, one object.")
  var json = false

  func validate() throws {
    if let classCount { try OptionName.classes.expect(2...65_535, classCount, "classes") }
    _ = try network()
  }

  private func network() throws -> NetworkDescription {
    try networkOptions.network(frames: size, classCount: classCount)
  }

  func run() throws {
    try runWork(Messages(toolName: "dvstrain", isQuiet: false)) {
      let network = try network()
      let summary = NetworkSummary(of: network)
      if json {
        try printJSON(JSON(network, summary))
      } else {
        printText(summary.text(of: network))
      }
    }
  }

  private struct JSON: Encodable {
    struct Layer: Encodable {
      let name: String
      let kind: String
      let outputShape: [Int]
      let parameters: Int
      let forwardMac: Int
      let weightGradientMac: Int
      let inputGradientMac: Int
    }

    let command = "describe"
    let layers: [Layer]
    let frames: Int
    let net: String
    let channels: Int?
    let neurons: String
    let stepMode: String
    let parameters: Int
    let forwardMac: Int
    let weightGradientMac: Int
    let inputGradientMac: Int

    init(_ network: NetworkDescription, _ summary: NetworkSummary) {
      layers = summary.layers.map { layer in
        Layer(
          name: layer.name, kind: layer.kind, outputShape: layer.outputShape,
          parameters: layer.parameterCount, forwardMac: layer.forwardCount,
          weightGradientMac: layer.weightGradientCount, inputGradientMac: layer.inputGradientCount)
      }
      frames = network.frameCount
      net = network.notation
      channels = network.gestureShorthand?.channelCount
      neurons = network.neuron.words
      stepMode = network.stepMode.rawValue
      parameters = summary.parameterCount
      forwardMac = summary.forwardCount
      weightGradientMac = summary.weightGradientCount
      inputGradientMac = summary.inputGradientCount
    }
  }
}

extension NetworkSummary {
  /// The layers as a table, then lines on notation, neurons, batch norm and multiplications.
  func text(of network: NetworkDescription) -> String {
    let unit = MultiplicationUnit(fitting: forwardCount)
    var rows = [
      ["layer", "output", "parameters", "\(unit.name) forward", "for weights", "for inputs"]
    ]
    let nameWidth = layers.map(\.name.count).max() ?? 0
    // What messages and tables of firing rates call the layers of neurons.
    var neuronLayerNames = network.neuronLayers.map(\.name)[...]
    for layer in layers {
      let isNeurons = layer.kind == (network.neuron.isParametric ? "PLIF" : "LIF")
      let shortName = isNeurons ? neuronLayerNames.popFirst().map { " (\($0))" } : nil
      let padding = String(repeating: " ", count: nameWidth - layer.name.count + 2)
      rows.append([
        layer.name + padding + layer.kind + (shortName ?? ""),
        layer.outputShape.map(String.init).joined(separator: "×"),
        layer.parameterCount == 0 ? "" : "\(layer.parameterCount)", unit.cell(layer.forwardCount),
        unit.cell(layer.weightGradientCount), unit.cell(layer.inputGradientCount),
      ])
    }
    rows.append([
      "all", "", "\(parameterCount)", unit.cell(forwardCount), unit.cell(weightGradientCount),
      unit.cell(inputGradientCount),
    ])
    let total = forwardCount + weightGradientCount + inputGradientCount
    return tableText(rows) + """

      \(network.gestureShorthand == nil ? "\nnetwork     \(network.notation)" : "")
      neurons     \(network.neuron.words)
      batch norm  over \(network.stepMode == .multiStep ? "all frames" : "each frame") of a batch
      a sample    \(network.frameCount) frames of \(network.input): \(unit.text(forwardCount)) forward,
                  \(unit.text(total)) with both gradients
      """
  }
}

/// Billions of multiplications, or millions for networks with less than a billion.
private struct MultiplicationUnit {
  let name: String
  private let factor: Double

  init(fitting count: Int) {
    (name, factor) = count >= 1_000_000_000 ? ("GMAC", 1e-9) : ("MMAC", 1e-6)
  }

  func cell(_ count: Int) -> String {
    count == 0 ? "" : decimalText(Double(count) * factor, digits: 4)
  }

  func text(_ count: Int) -> String {
    "\(decimalText(Double(count) * factor, digits: 1)) \(name)"
  }
}

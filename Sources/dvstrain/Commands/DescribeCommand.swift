import ArgumentParser
import SpikingNetwork
import Terminal
import ToolSupport

/// `dvstrain describe`.
struct DescribeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "describe",
    abstract: "Say what a network consists of: layers, shapes, parameters, multiplications.",
    discussion: """
      GMAC are thousands of millions of multiplications with weights that one sample takes: \
      forward, for the gradients of the weights, and for those of the layers' inputs.

      EXAMPLES
        dvstrain describe
        dvstrain describe -T 20 -neuron PLIF
        dvstrain describe -channels 32 --json
      """)

  @OptionGroup(title: "Network options") var networkOptions: NetworkOptions

  @Flag(name: .long, help: "Write the result as JSON, one object.")
  var json = false

  func run() throws {
    try runWork(Messages(toolName: "dvstrain", isQuiet: false)) {
      let network = networkOptions.network()
      let summary = NetworkSummary(of: network)
      if json {
        try printJSON(JSON(network, summary))
      } else {
        print(summary.text(of: network))
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
    let channels: Int
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
      channels = network.channelCount
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
  /// The network in a table, and its neurons in a line.
  func text(of network: NetworkDescription) -> String {
    var rows = [
      ["layer", "output", "parameters", "GMAC forward", "for weights", "for inputs"]
    ]
    let nameWidth = layers.map(\.name.count).max() ?? 0
    for layer in layers {
      rows.append([
        layer.name + String(repeating: " ", count: nameWidth - layer.name.count + 2) + layer.kind,
        layer.outputShape.map(String.init).joined(separator: "×"),
        layer.parameterCount == 0 ? "" : "\(layer.parameterCount)",
        Self.gmacText(layer.forwardCount), Self.gmacText(layer.weightGradientCount),
        Self.gmacText(layer.inputGradientCount),
      ])
    }
    rows.append([
      "all", "", "\(parameterCount)", Self.gmacText(forwardCount),
      Self.gmacText(weightGradientCount), Self.gmacText(inputGradientCount),
    ])
    let total = forwardCount + weightGradientCount + inputGradientCount
    return tableText(rows) + """


      neurons   \(network.neuron.words)
      batch norm over \(network.stepMode == .multiStep ? "all frames" : "each frame") of a batch
      a sample  \(network.frameCount) frames of 2×128×128; \(decimalText(Double(forwardCount) * 1e-9, digits: 1)) GMAC \
      forward, \(decimalText(Double(total) * 1e-9, digits: 1)) with both gradients
      """
  }

  private static func gmacText(_ count: Int) -> String {
    count == 0 ? "" : decimalText(Double(count) * 1e-9, digits: 4)
  }
}

extension NeuronDescription {
  /// The neurons in a line.
  var words: String {
    let (kind, tau) =
      switch membrane {
      case .fixed(let tau): ("LIF", "tau \(tau)")
      case .learned(let tau): ("PLIF", "first tau \(tau)")
      }
    let reset = resetPotential.map { "reset to \($0)" } ?? "threshold subtracted"
    let derivative =
      switch surrogate {
      case .atan(let alpha): "ATan(\(alpha))"
      case .sigmoid(let alpha): "Sigmoid(\(alpha))"
      case .piecewiseQuadratic(let alpha): "PiecewiseQuadratic(\(alpha))"
      }
    return "\(kind), \(tau), threshold \(threshold), \(reset)"
      + "\(detachesReset ? "" : " with its gradient")"
      + "\(decaysInput ? "" : ", input does not decay"), \(derivative)"
  }
}

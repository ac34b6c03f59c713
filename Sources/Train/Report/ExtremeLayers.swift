package import SpikingNetwork

/// The layers of a network that never fire, or nearly always: both pass on nothing about their
/// input.
package struct ExtremeLayers: Equatable, Sendable {
  /// The layers without any spike, as indices of the network's layers of neurons, ascending.
  package let silent: [Int]
  /// The layers that fire at ``saturatedRate`` or more, likewise.
  package let saturated: [Int]
  /// Whether the last layer is silent, so that nothing is predicted.
  package let isOutputSilent: Bool

  /// The rate, in spikes per neuron and time step, from which a layer counts as saturated.
  static let saturatedRate = 0.99

  /// Finds the layers by their ``EvaluationReport/firingRates``.
  package init(firingRates: [Double]) {
    silent = firingRates.indices.filter { firingRates[$0] <= 0 }
    saturated = firingRates.indices.filter { firingRates[$0] >= Self.saturatedRate }
    isOutputSilent = firingRates.last.map { $0 <= 0 } ?? false
  }

  /// Says which layers are silent or saturated, and what that does; `nil` if none is.
  ///
  /// - Parameters:
  ///   - span: Where that was observed, as in `in 50 steps`.
  ///   - network: The network, for the names of its layers.
  package func text(_ span: String, of network: NetworkDescription, _ loss: Loss) -> String? {
    let names = network.neuronLayers.map(\.name)
    var parts: [String] = []
    if !silent.isEmpty {
      parts.append(
        "no neuron of \(Self.list(silent, names)) fired \(span)"
          + (isOutputSilent
            ? ": every prediction is the first class, and the loss stays \(loss.silentText(network))"
            : ""))
    }
    if !saturated.isEmpty {
      parts.append(
        "the neurons of \(Self.list(saturated, names)) fired in "
          + "\(Int(Self.saturatedRate * 100)) % or more of the time steps \(span)")
    }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }

  /// What may help in training.
  var advice: String {
    var parts: [String] = []
    if !silent.isEmpty { parts.append("a higher -lr, another -opt or a lower -v_threshold") }
    if !saturated.isEmpty { parts.append("a lower -lr or a higher -v_threshold") }
    return "\(parts.joined(separator: ", or ")) may help"
  }

  /// Layer names, adjacent layers as a range, as in `conv 1, conv 3 to fc 2`.
  private static func list(_ layers: [Int], _ names: [String]) -> String {
    var ranges: [ClosedRange<Int>] = []
    for layer in layers {
      if let last = ranges.last, last.upperBound + 1 == layer {
        ranges[ranges.count - 1] = last.lowerBound...layer
      } else {
        ranges.append(layer...layer)
      }
    }
    return ranges.map { range in
      range.count == 1
        ? names[range.lowerBound]
        : "\(names[range.lowerBound])\(range.count == 2 ? " and" : " to") \(names[range.upperBound])"
    }.joined(separator: ", ")
  }
}

extension Loss {
  /// The loss of a network whose outputs are all 0: the class alone is wrong by 1, or all are as
  /// likely.
  fileprivate func silentText(_ network: NetworkDescription) -> String {
    switch self {
    case .meanSquaredError: "1/\(network.classCount)"
    case .crossEntropy: "ln \(network.classCount)"
    }
  }
}

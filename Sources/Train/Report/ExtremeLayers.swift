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

  /// Says which layers are silent or saturated; `nil` if none is.
  ///
  /// - Parameters:
  ///   - span: Where that was observed, as in `in 50 steps`.
  ///   - network: The network, for the names of its layers.
  package func text(_ span: String, of network: NetworkDescription) -> String? {
    let parts = [
      Self.silentText(silent, "fired \(span)", of: network), saturatedText(span, of: network),
    ].compactMap(\.self)
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }

  /// Says that layers are silent; `nil` if there are none.
  ///
  /// - Parameter verb: What their neurons did not do, as in `fired in 50 steps`.
  static func silentText(
    _ layers: [Int], _ verb: String, of network: NetworkDescription
  ) -> String? {
    layers.isEmpty ? nil : "no neuron of \(list(layers, network)) \(verb)"
  }

  /// Says which layers are saturated; `nil` if none is.
  func saturatedText(_ span: String, of network: NetworkDescription) -> String? {
    saturated.isEmpty
      ? nil
      : "the neurons of \(Self.list(saturated, network)) fired in "
        + "\(Int(Self.saturatedRate * 100)) % or more of the time steps \(span)"
  }

  /// The number of epochs in a row from which silence is no longer usual.
  static let patientEpochCount = 3
  /// What is to be known of silent layers before ``patientEpochCount``.
  static let silentComment = "usual in the first epochs, while steps are few"
  /// What may help if layers stay silent.
  static let silentAdvice = "a higher -lr, another -opt or a lower -v_threshold may help"
  /// What may help if layers are saturated.
  static let saturatedAdvice = "a lower -lr or a higher -v_threshold may help"

  /// Layer names, adjacent layers as a range, as in `conv 1, conv 3 to fc 2`.
  private static func list(_ layers: [Int], _ network: NetworkDescription) -> String {
    let names = network.neuronLayers.map(\.name)
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

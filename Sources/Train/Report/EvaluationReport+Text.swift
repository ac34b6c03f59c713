package import SpikingNetwork
internal import Terminal

extension EvaluationReport {
  /// The report for people: totals, classes with their confusions, subjects, lightings and firing
  /// rates.
  ///
  /// - Parameter network: The network that was run, whose layers have the firing rates.
  package func text(of network: NetworkDescription) -> String {
    [
      "accuracy \(percent(accuracy)) (\(correctCount) of \(sampleCount)), "
        + "loss \(decimalText(loss, digits: 6))",
      confusionText,
      groupText("subject", subjects),
      groupText("lighting", lightings),
      firingText(network.neuronLayers.map(\.name)),
    ].joined(separator: "\n\n")
  }

  /// A row a class; columns say what it was taken for.
  private var confusionText: String {
    let header = ["class", "samples", "right"] + confusion.indices.map { "\($0 + 1)" }
    let rows = zip(classes, confusion).enumerated().map { label, counts in
      let (group, row) = counts
      return [gestureText(label), "\(group.sampleCount)", percent(group)]
        + row.map { $0 == 0 ? "." : "\($0)" }
    }
    return tableText([header] + rows)
  }

  private func groupText(_ title: String, _ groups: [Group]) -> String {
    tableText(
      [[title, "samples", "right"]]
        + groups.map { [plainText($0.name), "\($0.sampleCount)", percent($0)] })
  }

  private func firingText(_ layerNames: [String]) -> String {
    tableText(
      [["layer", "spikes per neuron and frame"]]
        + zip(layerNames, firingRates).map { [$0, decimalText($1, digits: 6)] })
  }

  private func percent(_ group: Group) -> String {
    group.sampleCount == 0 ? "–" : percent(group.accuracy)
  }

  private func percent(_ share: Double) -> String { "\(decimalText(100 * share, digits: 2)) %" }
}

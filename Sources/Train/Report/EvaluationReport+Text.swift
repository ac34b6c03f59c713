package import EventData
package import SpikingNetwork
internal import Terminal

extension EvaluationReport {
  /// The report as text: totals, the confusion matrix, accuracy by column of the data set, and
  /// firing rates.
  ///
  /// - Parameters:
  ///   - network: The network that was evaluated, for the names of its layers.
  ///   - names: The names of its classes.
  package func text(of network: NetworkDescription, _ names: ClassNames) -> String {
    ([
      "accuracy \(percent(accuracy)) (\(correctCount) of \(sampleCount)), "
        + "loss \(decimalText(loss, digits: 6))\n" + chanceText,
      confusionText(names),
    ] + attributes.map(attributeText) + [firingText(network.neuronLayers.map(\.name))]
      + [operations.map(operationsText)].compactMap(\.self)).joined(separator: "\n\n")
  }

  /// Operations and energy, in one line.
  private func operationsText(_ operations: SynapticOperations) -> String {
    func millions(_ value: Double) -> String { "\(decimalText(value / 1e6, digits: 3)) M" }
    return "synaptic operations per sample: \(millions(operations.additions)) additions, "
      + "\(millions(operations.multiplyAdds)) multiply-adds; "
      + "\(decimalText(operations.nanojoules / 1000, digits: 3)) µJ, without spikes "
      + "\(decimalText(operations.denseNanojoules / 1000, digits: 3)) µJ "
      + "(\(SynapticOperations.energySource))"
  }

  /// What a network would reach that always predicts the most frequent class.
  private var chanceText: String {
    let largest = classes.map(\.sampleCount).max() ?? 0
    let fraction = sampleCount == 0 ? 0 : Double(largest) / Double(sampleCount)
    return "always the largest class: \(percent(fraction)) (\(largest) of \(sampleCount))"
  }

  /// One row per true class, one column per predicted class.
  private func confusionText(_ names: ClassNames) -> String {
    if classes.count > ConfusionMatrix.maximumShownClassCount { return worstClassesText(names) }
    let header =
      ["class", "samples", "correct"] + classes.indices.map { "\(names.number(of: $0))" }
    let rows = zip(classes, confusion.rows).enumerated().map { label, counts in
      let (group, row) = counts
      return [plainText(names.title(of: label)), "\(group.sampleCount)", percent(group)]
        + row.map { $0 == 0 ? "." : "\($0)" }
    }
    return tableText([header] + rows)
  }

  /// One row for each of the classes with the most mistakes, if the full matrix would be too large.
  private func worstClassesText(_ names: ClassNames) -> String {
    let worst = confusion.worstClasses
    guard !worst.isEmpty else { return "no mistakes in \(classes.count) classes" }
    let rows = worst.map { label in
      [plainText(names.title(of: label)), "\(classes[label].sampleCount)", percent(classes[label])]
        + (confusion.mostFrequentMistake(of: label).map {
          [plainText(names.title(of: $0)), "\($1)"]
        }
          ?? ["–", "–"])
    }
    return tableText([["class", "samples", "correct", "most often predicted as", "count"]] + rows)
      + "\nthese are the \(worst.count) of \(classes.count) classes with the most mistakes; --json lists all"
  }

  private func attributeText(_ attribute: Attribute) -> String {
    let (title, groups) = (plainText(attribute.name), attribute.groups)
    guard attribute.valueCount == groups.count else {
      return "\(title): \(attribute.valueCount) different values, too many to list"
    }
    return tableText(
      [[title, "samples", "correct"]]
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

  private func percent(_ fraction: Double) -> String {
    "\(decimalText(100 * fraction, digits: 2)) %"
  }
}

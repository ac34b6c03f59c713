package import SpikingNetwork
internal import Terminal

extension EvaluationReport {
  /// The report for people: totals, classes with their confusions, the data set's columns and
  /// firing rates.
  ///
  /// - Parameters:
  ///   - network: The network that was run, whose layers have the firing rates.
  ///   - names: Of its classes.
  package func text(of network: NetworkDescription, _ names: ClassNames) -> String {
    ([
      "accuracy \(percent(accuracy)) (\(correctCount) of \(sampleCount)), "
        + "loss \(decimalText(loss, digits: 6))",
      confusionText(names),
    ] + attributes.map(attributeText) + [firingText(network.neuronLayers.map(\.name))]).joined(
      separator: "\n\n")
  }

  /// One row per true class, one column per predicted class.
  private func confusionText(_ names: ClassNames) -> String {
    if classes.count > Confusions.mostShownClasses { return worstClassesText(names) }
    let header =
      ["class", "samples", "right"] + classes.indices.map { "\(names.number(of: $0))" }
    let rows = zip(classes, confusion.rows).enumerated().map { label, counts in
      let (group, row) = counts
      return [plainText(names.text(of: label)), "\(group.sampleCount)", percent(group)]
        + row.map { $0 == 0 ? "." : "\($0)" }
    }
    return tableText([header] + rows)
  }

  /// With many classes, one row for each class with the most mistakes.
  private func worstClassesText(_ names: ClassNames) -> String {
    let worst = confusion.worstClasses
    guard !worst.isEmpty else { return "no mistakes in \(classes.count) classes" }
    let rows = worst.map { label in
      [plainText(names.text(of: label)), "\(classes[label].sampleCount)", percent(classes[label])]
        + (confusion.commonestMistake(of: label).map { [plainText(names.text(of: $0)), "\($1)"] }
          ?? ["–", "–"])
    }
    return tableText([["class", "samples", "right", "most often predicted as", "times"]] + rows)
      + "\nthese are the \(worst.count) of \(classes.count) classes with most mistakes; --json has all"
  }

  private func attributeText(_ attribute: Attribute) -> String {
    let (title, groups) = (plainText(attribute.name), attribute.groups)
    guard attribute.valueCount == groups.count else {
      return "\(title): \(attribute.valueCount) different values, too many to list"
    }
    return tableText(
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

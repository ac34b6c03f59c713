internal import GestureDataSet
internal import Terminal

extension EvaluationReport {
  /// The report for people: totals, classes with their confusions, subjects, lightings and firing rates.
  public var text: String {
    [
      "accuracy \(percent(accuracy)) (\(correctCount) of \(sampleCount)), "
        + "loss \(decimalText(loss, digits: 6))",
      confusionText,
      groupText("subject", subjects),
      groupText("lighting", lightings),
      firingText,
    ].joined(separator: "\n\n")
  }

  /// A row a class; columns say what it was taken for.
  private var confusionText: String {
    let header = ["class", "samples", "right"] + Gesture.allCases.map { "\($0.classNumber)" }
    let rows = zip(Gesture.allCases, zip(classes, confusion)).map { gesture, counts in
      let (group, row) = counts
      return ["\(gesture.classNumber) \(gesture.name)", "\(group.sampleCount)", percent(group)]
        + row.map { $0 == 0 ? "." : "\($0)" }
    }
    return tableText([header] + rows)
  }

  private func groupText(_ title: String, _ groups: [Group]) -> String {
    tableText(
      [[title, "samples", "right"]]
        + groups.map { [plainText($0.name), "\($0.sampleCount)", percent($0)] })
  }

  private var firingText: String {
    let names = (1...5).map { "conv \($0)" } + (1...2).map { "fc \($0)" }
    return tableText(
      [["layer", "spikes per neuron and frame"]]
        + zip(names, firingRates).map { [$0, decimalText($1, digits: 6)] })
  }

  private func percent(_ group: Group) -> String {
    group.sampleCount == 0 ? "–" : percent(group.accuracy)
  }

  private func percent(_ share: Double) -> String { "\(decimalText(100 * share, digits: 2)) %" }
}

internal import GestureDataSet
internal import Terminal

extension EvaluationReport {
  /// The report for people: totals, classes with their confusions, subjects, lightings and firing rates.
  public var text: String {
    [
      "accuracy \(percent(total.accuracy)) (\(total.correctCount) of \(total.sampleCount)), "
        + "loss \(decimalText(loss, digits: 6))",
      confusionText,
      groupText("subject", subjects.sorted { $0.key < $1.key }.map { ("\($0)", $1) }),
      groupText("lighting", lightings.sorted { $0.key < $1.key }.map { ($0, $1) }),
      firingText,
    ].joined(separator: "\n\n")
  }

  /// A row a class; columns say what it was taken for.
  private var confusionText: String {
    let header = ["class", "samples", "right"] + Gesture.allCases.map { "\($0.classNumber)" }
    let rows = zip(Gesture.allCases, zip(classes, confusion)).map { gesture, counts in
      let (tally, row) = counts
      return ["\(gesture.classNumber) \(gesture.name)", "\(tally.sampleCount)", percent(tally)]
        + row.map { $0 == 0 ? "." : "\($0)" }
    }
    return tableText([header] + rows)
  }

  private func groupText(_ name: String, _ tallies: [(String, Tally)]) -> String {
    tableText(
      [[name, "samples", "right"]]
        + tallies.map { [plainText($0), "\($1.sampleCount)", percent($1)] })
  }

  private var firingText: String {
    let names = (1...5).map { "conv \($0)" } + (1...2).map { "fc \($0)" }
    return tableText(
      [["layer", "spikes per neuron and frame"]]
        + zip(names, firingRates).map { [$0, decimalText($1, digits: 6)] })
  }

  private func percent(_ tally: Tally) -> String {
    tally.sampleCount == 0 ? "–" : percent(tally.accuracy)
  }

  private func percent(_ share: Double) -> String { "\(decimalText(100 * share, digits: 2)) %" }
}

internal import Figures
internal import Terminal

extension RunReportPage {
  /// All epochs as a table, which is shown on a click; empty if there are none.
  var epochTable: Markup {
    let columns = Self.columns.filter { column in
      history.epochs.contains { column.text($0) != nil }
    }
    if history.epochs.isEmpty { return "" }
    let heads = columns.map { "<th scope=\"col\">\($0.title)</th>" as Markup }
    let rows = history.epochs.map { epoch -> Markup in
      let cells = columns.map { "<td>\($0.text(epoch) ?? "–")</td>" as Markup }
      return "<tr><th scope=\"row\">\(epoch.epoch)</th>\(Markup(joining: cells))</tr>\n"
    }
    return """
      <section><details><summary>All epochs as a table</summary>\
      <div class="wide" tabindex="0"><table><thead><tr><th scope="col">epoch</th>\
      \(Markup(joining: heads))</tr></thead><tbody>
      \(Markup(joining: rows))</tbody></table></div></details></section>

      """
  }

  private struct Column {
    let title: String
    /// The value of an epoch; `nil` if it has none.
    let text: (EpochReport) -> String?

    init(_ title: String, _ text: @escaping (EpochReport) -> String?) {
      self.title = title
      self.text = text
    }
  }

  /// The columns after the epoch's number; those without a value in any epoch are left out.
  private static var columns: [Column] {
    func loss(_ value: Double?) -> String? { value.map { decimalText($0, digits: 6) } }
    return [
      Column("learning rate") { significantText($0.learningRate, digits: 4) },
      Column("training loss") { loss($0.trainingLoss) },
      Column("training accuracy") { percentText($0.trainingAccuracy) },
      Column("validation loss") { loss($0.validation?.loss) },
      Column("validation accuracy") { $0.validation.map { percentText($0.accuracy) } },
      Column("test loss") { loss($0.test?.loss) },
      Column("test accuracy") { $0.test.map { percentText($0.accuracy) } },
      Column("seconds") { decimalText($0.totalSeconds, digits: 1) },
    ]
  }
}

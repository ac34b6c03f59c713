internal import EventData
internal import Figures
internal import FrameCache
internal import SpikingNetwork
internal import SystemPackage
internal import Terminal

/// `report.html`: the page that shows a run.
struct RunReportPage {
  /// The name of the run's folder.
  let name: String
  let settings: TrainingSettings
  let cache: FrameCache
  /// The total number of epochs.
  let epochCount: Int
  let history: RunHistory

  /// Renders the page.
  ///
  /// - Parameter mistakes: The frames of the worst mistakes.
  func bytes(_ mistakes: MistakeFrames) -> [UInt8] {
    var page = HTMLPage(
      title: "Training \(name)",
      introduction: """
        Learning curves, speed and mistakes of a training run. Rewritten after each epoch; \
        \(Markup(markup: "<code>metrics.jsonl</code>")) contains the numbers.
        """, styles: [Self.style])
    page.append(facts)
    page.append(firingWarning)
    page.append("<section><h2>Curves</h2><div class=\"charts\">\(curves)</div></section>\n")
    if let last = history.lastEvaluation {
      page.append(evaluation(last.report, epoch: last.epoch, isTest: last.isTest))
      page.append(mistakes.markup(epoch: last.epoch))
      page.append(layers(last.report))
    }
    page.append(settingsTable)
    return page.bytes()
  }

  static let style = """
    .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 27rem), 1fr)); gap: 1rem; }
    .charts .chart { width: 100%; max-width: 34rem; }
    .wide .chart { max-width: none; }
    .wide th, .wide td { white-space: nowrap; }
    .facts { font-size: 1rem; }
    .note { color: var(--muted); max-width: 50rem; }
    """

  private var facts: Markup {
    guard let last = history.epochs.last else { return "<p>No epoch is complete yet.</p>\n" }
    var facts: [(String, String)] = [("epochs", "\(last.epoch + 1) of \(epochCount)")]
    if let evaluation = history.lastEvaluation {
      let part = evaluation.isTest ? "test" : "validation"
      facts.append(
        (
          "\(part) accuracy",
          "\(percentText(evaluation.report.accuracy)) (\(evaluation.report.correctCount) of "
            + "\(evaluation.report.sampleCount)) after epoch \(evaluation.epoch)"
        ))
    }
    for (part, curve) in [("test", Curve.testAccuracy), ("validation", .validationAccuracy)] {
      if let best = history.best(curve) {
        facts.append(
          (
            "best \(part) accuracy",
            "\(decimalText(best.value, digits: 2)) % in epoch \(best.epoch)"
          )
        )
      }
    }
    let seconds = history.epochs.reduce(0) { $0 + $1.totalSeconds }
    facts += [
      ("training accuracy", "\(percentText(last.trainingAccuracy)) in epoch \(last.epoch)"),
      ("steps", "\(last.stepCount)"),
      ("speed", "\(decimalText(last.samplesPerSecond, digits: 2)) samples/s"),
      ("time", "\(durationText(seconds: seconds)) for \(counted(history.epochs.count, "epoch"))"),
    ]
    if let machines = history.machinesText { facts.append(("computed by", machines)) }
    if last.epoch + 1 < epochCount, let secondsLeft = last.secondsLeft {
      facts.append(("time left", "about \(durationText(seconds: secondsLeft))"))
    }
    return factList(facts)
  }

  private static let chartSize = ChartSize(width: 460, height: 270)

  private var curves: Markup {
    let hasValidation = history.epochs.contains { $0.validation != nil }
    func pair(_ title: String, _ training: Curve, _ validation: Curve, _ test: Curve) -> LineChart {
      test.chart(
        title: title,
        [test.series(of: history, name: "test", colour: 0)]
          + (hasValidation
            ? [validation.series(of: history, name: "validation", colour: 2)] : [])
          + [training.series(of: history, name: "training", colour: 1, isDashed: true)])
    }
    let charts = [
      pair("Accuracy by epoch", .trainingAccuracy, .validationAccuracy, .testAccuracy),
      pair(
        settings.loss == .meanSquaredError
          ? "Loss by epoch: mean squared error" : "Loss by epoch: cross entropy",
        .trainingLoss, .validationLoss, .testLoss),
      Curve.learningRate.chart(
        title: "Learning rate by epoch",
        [Curve.learningRate.series(of: history, name: "learning rate", colour: 0)]),
      Curve.samplesPerSecond.chart(
        title: "Training samples per second",
        [Curve.samplesPerSecond.series(of: history, name: "speed", colour: 0)]),
    ]
    return Markup(
      joining: charts.map { Markup(markup: $0.svg(for: .page, size: Self.chartSize)) })
  }

  private func evaluation(_ report: EvaluationReport, epoch: Int, isTest: Bool) -> Markup {
    let part = isTest ? "test" : "validation"
    let names = ClassNames(cache.schema)
    let shown = Self.shownClasses(of: report)
    let isWhole = shown.count == report.confusion.classCount
    let rowNames = shown.map(names.text)
    let map = HeatMap(
      title: "Confusion matrix of the \(part) samples, epoch \(epoch)", rowTitle: "class",
      columnTitle: "predicted class", rowNames: rowNames,
      columnNames: shown.map { "\(names.number(of: $0))" },
      counts: shown.map { label in shown.map { report.confusion[label, $0] } })
    func bars(_ title: String, _ groups: [EvaluationReport.Group], names: [String]) -> Markup {
      let chart = BarChart(
        title: title,
        bars: zip(groups, names).map { group, name in
          BarChart.Bar(
            name, 100 * group.accuracy,
            text: group.sampleCount == 0
              ? "no samples"
              : "\(decimalText(100 * group.accuracy, digits: 1)) % (\(group.correctCount) of \(group.sampleCount))"
          )
        }, highest: 100)
      return Markup(markup: chart.svg(for: .page, width: 460))
    }
    let attributes = report.attributes.map { attribute -> Markup in
      if attribute.groups.count < attribute.valueCount {
        return """

          <p class="note">\(attribute.name): \(attribute.valueCount) different values, too many to draw.</p>
          """
      }
      let chart = bars(
        "Accuracy by \(attribute.name)", attribute.groups, names: barNames(attribute))
      return "\n\(chart)"
    }
    return """
      <section><h2>Confusion matrix and accuracy</h2>
      <p class="note">From the \(part) pass after epoch \(epoch): rows are true classes, columns are predicted classes; \
      blue is correct, orange is wrong.\(isWhole ? "" : Self.omissionNote(shown.count, of: report.confusion.classCount))</p>
      <div class="wide" tabindex="0">\(Markup(markup: map.svg(for: .page)))</div>
      <div class="charts">\(bars("Accuracy by class", shown.compactMap { report.classes.indices.contains($0) ? report.classes[$0] : nil }, names: rowNames))\(Markup(joining: attributes))</div></section>

      """
  }

  /// The labels shown in the matrix, in ascending order: all, or those with the most mistakes if
  /// there are too many.
  private static func shownClasses(of report: EvaluationReport) -> [Int] {
    let classCount = report.confusion.classCount
    return classCount <= ConfusionMatrix.maximumShownClassCount
      ? Array(0..<classCount) : report.confusion.worstClasses.sorted()
  }

  private static func omissionNote(_ count: Int, of classCount: Int) -> String {
    " Only the \(count) of \(classCount) classes with the most mistakes are shown; metrics.jsonl contains all."
  }

  /// The names of the bars for a column's values.
  private func barNames(_ attribute: EvaluationReport.Attribute) -> [String] {
    // A bare number does not say which column it belongs to.
    let isNumber = cache.schema.columns.contains(AttributeColumn(attribute.name, .integer))
    return attribute.groups.map { isNumber ? "\(attribute.name) \($0.name)" : $0.name }
  }

  private func layers(_ report: EvaluationReport) -> Markup {
    let layers = LayerActivity.layers(of: settings.network, firingRates: report.firingRates)
    let rows = layers.map { layer -> Markup in
      let operations = layer.spikeOperations.map { countText($0, "") } ?? "–"
      let fraction = layer.spikeOperations.map { percentText($0 / Double(layer.denseOperations)) }
      return """
        <tr><th scope="row">\(layer.name)</th><td>\(layer.neuronCount)</td>\
        <td>\(decimalText(100 * layer.firingRate, digits: 2)) %</td>\
        <td>\(countText(layer.spikesPerSample, ""))</td><td>\(operations)</td>\
        <td>\(countText(Double(layer.denseOperations), ""))</td><td>\(fraction ?? "–")</td></tr>

        """
    }
    return """
      <section><h2>Spikes by layer</h2>
      <p class="note">Means per sample of \(settings.network.frameCount) frames. Spike operations are additions, one for each \
      weight that an input spike meets. They are an upper bound, since pooling merges spikes. The input of the first convolution \
      is counts, so it has none. Dense operations are those of a computation that does not skip zeros.</p>
      <div class="wide" tabindex="0"><table><thead><tr><th scope="col">layer</th><th scope="col">neurons</th>\
      <th scope="col">firing rate</th><th scope="col">spikes per sample</th>\
      <th scope="col">spike operations per sample</th><th scope="col">dense operations per sample</th>\
      <th scope="col">spike / dense</th></tr></thead><tbody>
      \(Markup(joining: rows))</tbody></table></div></section>

      """
  }

  private var settingsTable: Markup {
    let values = settings.record.values.sorted { $0.key < $1.key }
      .map { ($0.key, "\($0.value)") }
    let files = [
      ("cache", cache.path.string),
      (
        "samples", "\(cache.sampleCount(in: .train)) training, \(cache.sampleCount(in: .test)) test"
      ),
    ]
    return "<section><h2>Settings</h2>\(factList(files + values))</section>\n"
  }
}

/// Renders names and values as a definition list.
func factList(_ facts: [(String, String)]) -> Markup {
  """
  <dl class="facts">
  \(Markup(joining: facts.map { "<dt>\($0.0)</dt><dd>\($0.1)</dd>\n" as Markup }))</dl>

  """
}

/// A fraction, 0 to 1, in percent, as in `91.67 %`.
func percentText(_ fraction: Double) -> String {
  "\(decimalText(100 * fraction, digits: 2)) %"
}

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
  /// The hash of the cache's content, as checkpoints record it.
  var cacheHash = ""
  /// The starts of the run, the first one first.
  var starts: [RunStartRecord] = []

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
    page.append(epochTable)
    if let last = history.lastEvaluation {
      page.append(evaluation(last.report, epoch: last.epoch, isTest: last.isTest))
      page.append(mistakes.markup(epoch: last.epoch))
      page.append(layers(last.report))
    }
    page.append(origin)
    page.append(settingsTable)
    return page.bytes()
  }

  static let style = """
    .charts { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1rem; }
    @media screen and (min-width: 54rem), print { .charts { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
    .charts .chart { width: 100%; }
    .wide .chart { max-width: none; }
    .matrix { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1rem; }
    @media screen and (min-width: 76rem) {
      .matrix { grid-template-columns: minmax(0, max-content) minmax(24rem, 1fr); }
      .matrix .charts { grid-template-columns: minmax(0, 1fr); }
      .matrix .charts .chart { max-width: 34rem; }
    }
    dl.facts { font-size: 1rem; }
    dl.facts dd { overflow-wrap: anywhere; min-width: 0; }
    .note { color: var(--muted); max-width: 50rem; }
    @media (max-width: 40rem) {
      dl.facts { grid-template-columns: minmax(0, 1fr); gap: 0; }
      dl.facts dd { margin-bottom: .35rem; }
    }
    @media print { .wide .chart { max-width: 100%; } }
    """

  private var facts: Markup {
    guard let last = history.epochs.last else { return "<p>No epoch is complete yet.</p>\n" }
    var facts: [(String, String)] = [
      ("epochs", "\(last.epoch + 1) of \(epochCount), numbered from 0")
    ]
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
    if last.epoch + 1 < epochCount, let secondsLeft = last.secondsLeft {
      facts.append(("time left", "about \(durationText(seconds: secondsLeft))"))
    }
    return factList(facts)
  }

  /// What one needs later to repeat the run: commands, version, dates, machine and cache.
  private var origin: Markup {
    var facts: [(String, String)] = []
    for start in starts {
      facts.append((start.isResuming ? "resumed by" : "command", start.command))
      // A run of an earlier version recorded neither.
      if !start.text.isEmpty {
        facts.append((start.isResuming ? "resumed" : "started", start.text))
      }
    }
    facts.append(("written", RunStartRecord.dateText()))
    if let machines = history.machinesText { facts.append(("computed by", machines)) }
    facts += [
      ("cache", cache.path.string), ("cache content", cacheHash),
      (
        "samples", "\(cache.sampleCount(in: .train)) training, \(cache.sampleCount(in: .test)) test"
      ),
    ]
    return "<section><h2>Command, machine and cache</h2>\(factList(facts))</section>\n"
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
    var accuracy = pair(
      "Accuracy by epoch", .trainingAccuracy, .validationAccuracy, .testAccuracy)
    accuracy.marks = history.bestMarks(of: hasValidation ? .validationAccuracy : .testAccuracy)
    let charts =
      [accuracy, laterHalf(of: accuracy)].compactMap { $0 } + [
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

  /// The second half of the epochs of a chart on axes of its own, where the curves differ little;
  /// `nil` if that shows no more.
  private func laterHalf(of chart: LineChart) -> LineChart? {
    guard let first = history.epochs.first?.epoch, let last = history.epochs.last?.epoch,
      last - first >= 9
    else { return nil }
    let begin = Double((first + last + 1) / 2)
    var later = chart
    later.title = "Accuracy from epoch \((first + last + 1) / 2) on"
    for number in later.series.indices { later.series[number].points.removeAll { $0.x < begin } }
    later.marks.removeAll { $0.x < begin }
    func range(_ chart: LineChart) -> Double {
      let values = chart.series.flatMap { $0.points.map(\.y) }
      return (values.max() ?? 0) - (values.min() ?? 0)
    }
    return range(later) < range(chart) / 2 ? later : nil
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
      counts: shown.map { label in shown.map { report.confusion[label, $0] } },
      rowTexts: shown.map { label in
        guard report.classes.indices.contains(label), report.classes[label].sampleCount > 0 else {
          return "–"
        }
        return "\(decimalText(100 * report.classes[label].accuracy, digits: 1)) %"
      })
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
      <p class="note">From the \(part) pass after epoch \(epoch): \(percentText(report.accuracy)) \
      (\(report.correctCount) of \(report.sampleCount)) correct. Rows are true classes, columns are predicted classes; \
      blue is correct, orange is wrong, and at the right is the accuracy of the class.\(isWhole ? "" : Self.omissionNote(shown.count, of: report.confusion.classCount))</p>
      <div class="matrix"><div class="wide" tabindex="0">\(Markup(markup: map.svg(for: .page)))</div>
      <div class="charts">\(bars("Accuracy by class", shown.compactMap { report.classes.indices.contains($0) ? report.classes[$0] : nil }, names: rowNames))\(Markup(joining: attributes))</div></div></section>

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
    let counted = report.operations.flatMap {
      $0.layers.count == settings.network.neuronLayers.count ? $0 : nil
    }
    let layers = LayerActivity.layers(
      of: settings.network, firingRates: report.firingRates, operations: counted)
    let spikes = ColumnUnit(fitting: layers.map(\.spikesPerSample))
    let operations = ColumnUnit(
      fitting: layers.map { Double($0.denseOperations) } + layers.compactMap(\.spikeOperations))
    let rows = layers.map { layer -> Markup in
      let fraction = layer.spikeOperations.map { percentText($0 / Double(layer.denseOperations)) }
      return """
        <tr><th scope="row">\(layer.name)</th><td>\(layer.neuronCount)</td>\
        <td>\(decimalText(100 * layer.firingRate, digits: 2)) %</td>\
        <td>\(spikes.text(layer.spikesPerSample))</td>\
        <td>\(layer.spikeOperations.map(operations.text) ?? "–")</td>\
        <td>\(operations.text(Double(layer.denseOperations)))</td><td>\(fraction ?? "–")</td></tr>

        """
    }
    return """
      <section><h2>Spikes by layer</h2>
      <p class="note">Means per sample of \(settings.network.frameCount) frames. \(operationsNote(counted))</p>
      <div class="wide" tabindex="0"><table><thead><tr><th scope="col">layer</th><th scope="col">neurons</th>\
      <th scope="col">firing rate</th><th scope="col">spikes\(spikes.suffix)</th>\
      <th scope="col">SynOps\(operations.suffix)</th><th scope="col">MACs\(operations.suffix)</th>\
      <th scope="col">SynOps / MACs</th></tr></thead><tbody>
      \(Markup(joining: rows))</tbody></table></div></section>

      """
  }

  /// What the operations of the table are, and their energy.
  private func operationsNote(_ operations: SynapticOperations?) -> Markup {
    guard let operations else {
      return """
        A SynOp is the addition of one weight for one \
        input spike; a MAC is a multiply-add of a network without spikes. SynOps are an upper bound, since pooling merges spikes. \
        The first layer has none: its input is event counts.
        """
    }
    func millions(_ value: Double) -> String { "\(decimalText(value / 1e6, digits: 3)) M" }
    return """
      A SynOp is one weight for one input that is not 0: an addition (AC) for spikes, a multiply-add (MAC) for event counts \
      and means of spikes; the column MACs is of a network without spikes. In all \(millions(operations.additions)) AC and \
      \(millions(operations.multiplyAdds)) MAC: \(decimalText(operations.nanojoules / 1000, digits: 3)) µJ, without spikes \
      \(decimalText(operations.denseNanojoules / 1000, digits: 3)) µJ; an estimate for \(SynapticOperations.energySource).
      """
  }

  private var settingsTable: Markup {
    let values = settings.record.values.sorted { $0.key < $1.key }
      .map { ($0.key, "\($0.value)") }
    return "<section><h2>Settings</h2>\(factList(values))</section>\n"
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

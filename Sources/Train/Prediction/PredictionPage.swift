package import EventData
internal import Figures
internal import Terminal

/// A self-contained HTML page of a network's predictions over the time of a recording.
package struct PredictionPage: Sendable {
  /// The windows of the recording.
  package var windows: [RecordingWindows.Window]
  /// The time of the first event, from which the page counts, in microseconds of the recording's
  /// clock.
  package var originMicroseconds: Int64
  /// The names of the network's classes.
  package var names: ClassNames
  /// The firing rate of each class in each window; `nil` for a window without events.
  package var rates: [[Float]?]
  /// The distance between the starts of adjacent windows, in microseconds.
  package var stepMicroseconds: Int64
  /// The rows of the label file; `nil` if there is none.
  package var labels: [RecordingLabel]?
  /// Names and values listed above the charts.
  package var facts: [(String, String)]

  /// Creates a page; `windows` and `rates` have the same count.
  package init(
    windows: [RecordingWindows.Window], originMicroseconds: Int64, names: ClassNames,
    rates: [[Float]?], stepMicroseconds: Int64, labels: [RecordingLabel]?, facts: [(String, String)]
  ) {
    precondition(windows.count == rates.count, "\(rates.count) rates of \(windows.count) windows")
    precondition(
      rates.allSatisfy { $0?.count ?? names.count == names.count }, "\(names.count) rates expected")
    self.windows = windows
    self.originMicroseconds = originMicroseconds
    self.names = names
    self.rates = rates
    self.stepMicroseconds = stepMicroseconds
    self.labels = labels
    self.facts = facts
  }

  /// Renders the page.
  ///
  /// - Parameter recording: The recording's name.
  package func bytes(recording: String) -> [UInt8] {
    var page = HTMLPage(
      title: "\(names.areGestures ? "Gestures" : "Classes") predicted in \(recording)",
      introduction: """
        Predictions of a trained network for windows that slide over the recording. Each is drawn around the middle of its \
        window if an output neuron fired\(labels == nil ? "; there is no label file beside the recording." : ", with the true label below.")
        """, styles: [RunReportPage.style, Self.style])
    page.append(factList(facts))
    let steps = PredictionSteps(self)
    let predictions = Timeline(
      title: "\(names.areGestures ? "Gesture" : "Class") over time", horizontal: axis,
      rows: steps.rows(labels: labels))
    func classRates(isNarrow: Bool) -> Timeline {
      Timeline(
        title: "Firing rate of each class", horizontal: axis,
        rows: steps.classRows(labels: labels, isNarrow: isNarrow),
        bar: ColourBar("rate", from: "0", to: decimalText(steps.scale, digits: 1)))
    }
    page.append(
      """
      <section><h2>Predicted and true classes</h2>
      <div class="wide broad" tabindex="0">\(svg(predictions, isNarrow: false))</div>
      <div class="narrow">\(svg(predictions, isNarrow: true))</div>
      \(steps.legend(labels: labels))
      <p class="note">The stronger the colour of a class, the higher its firing rate\
      \(labels == nil ? "" : "; outlines are the true labels").\(steps.note)</p>
      <div class="wide broad" tabindex="0">\(svg(classRates(isNarrow: false), isNarrow: false))</div>
      <div class="narrow">\(svg(classRates(isNarrow: true), isNarrow: true))</div></section>

      """)
    page.append(table)
    return page.bytes()
  }

  private func svg(_ timeline: Timeline, isNarrow: Bool) -> Markup {
    Markup(
      markup: isNarrow
        ? timeline.svg(for: .page, width: 420, rowHeight: 22, left: Self.narrowLeft)
        : timeline.svg(for: .page, width: 1220, rowHeight: 24, left: Self.left))
  }

  private static let style = """
    .broad .chart { width: 100%; min-width: 54rem; }
    .narrow .chart { width: 100%; }
    .classes { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; margin: .5rem 0; padding: 0; font-size: .9rem; }
    .classes .chart { margin-right: .4em; vertical-align: -.1em; }
    @media print { .broad .chart { min-width: 0; } }
    """

  /// The common axis of both charts, over all windows.
  private var axis: ChartAxis {
    func seconds(_ microseconds: Int64?) -> Double? {
      microseconds.map { (Double($0) - Double(originMicroseconds)) * 1e-6 }
    }
    return ChartAxis(
      "time since the first event", unit: "s",
      lowest: seconds(windows.map(\.microseconds.lowerBound).min()),
      highest: seconds(windows.map(\.microseconds.upperBound).max()))
  }

  /// The width of the row titles: the longest class name must fit.
  private static let left = 220.0
  private static let narrowLeft = 86.0
  /// The maximum number of windows that are listed one by one.
  private static let maximumListedCount = 2000

  private var table: Markup {
    if windows.count > Self.maximumListedCount {
      return
        "<p class=\"note\">\(windows.count) windows: dvstrain predict without --html lists them.</p>\n"
    }
    let windowLabels = WindowLabels(labels ?? [])
    let rows = zip(windows, rates).map { window, rates -> Markup in
      let times = [window.microseconds.lowerBound, window.microseconds.upperBound]
        .map {
          "<td>\(decimalText((Double($0) - Double(originMicroseconds)) * 1e-6, digits: 3))</td>"
            as Markup
        }
      let label = windowLabels.label(of: window.microseconds)
      let ranking = rates.map { ClassRanking(rates: $0) }
      // A window in which no output neuron fired has no prediction.
      let prediction = ranking.map { $0.bestRate > 0 ? names.text(of: $0.best) : "silent" }
      let isWrong = label != nil && ranking != nil && label != ranking?.best
      return """
        <tr>\(Markup(joining: times))<td>\(window.eventCount)</td>\
        <td>\(label.map(names.text) ?? "–")</td>\
        <td>\(prediction ?? "–")</td>\
        <td>\(ranking.map { decimalText(Double($0.bestRate), digits: 3) } ?? "–")</td><td>\(isWrong ? "wrong" : "")</td></tr>

        """
    }
    return """
      <section><details><summary>All \(windows.count) windows</summary><div class="wide" tabindex="0">
      <table><thead><tr><th scope="col">start (s)</th><th scope="col">end (s)</th><th scope="col">events</th>\
      <th scope="col">label</th><th scope="col">prediction</th><th scope="col">rate</th><th scope="col"></th></tr></thead>
      <tbody>\(Markup(joining: rows))</tbody></table></div></details></section>

      """
  }
}

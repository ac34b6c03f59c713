internal import Figures
internal import Terminal

/// What a network predicts in a recording over time, on a page that is one file.
package struct PredictionPage: Sendable {
  /// The windows of the recording.
  package var windows: [RecordingWindows.Window]
  /// Classes of which there are rates.
  package var names: ClassNames
  /// The rate of each class in each window; `nil` for one without events.
  package var rates: [[Float]?]
  /// From the start of a window to the next, in microseconds.
  package var stepMicroseconds: Int64
  /// The rows of the label file; `nil` where there is none.
  package var labels: [RecordingLabel]?
  /// What is said above the pictures: names and values.
  package var facts: [(String, String)]

  /// Takes what was predicted.
  package init(
    windows: [RecordingWindows.Window], names: ClassNames, rates: [[Float]?],
    stepMicroseconds: Int64, labels: [RecordingLabel]?, facts: [(String, String)]
  ) {
    precondition(windows.count == rates.count, "\(rates.count) rates of \(windows.count) windows")
    precondition(
      rates.allSatisfy { $0?.count ?? names.count == names.count }, "\(names.count) rates expected")
    self.windows = windows
    self.names = names
    self.rates = rates
    self.stepMicroseconds = stepMicroseconds
    self.labels = labels
    self.facts = facts
  }

  /// Makes the page.
  ///
  /// - Parameter recording: The recording's name.
  package func bytes(recording: String) -> [UInt8] {
    var page = HTMLPage(
      title: "\(names.areGestures ? "Gestures" : "Classes") seen in \(recording)",
      introduction: """
        What a trained network sees in windows that slide over the recording. A prediction is drawn around the middle of its \
        window, where any output neuron fired\(labels == nil ? "; there is no label file beside the recording." : ", the true label under it.")
        """, styles: [RunReportPage.style])
    page.append(factList(facts))
    let steps = PredictionSteps(self)
    let strip = Timeline(
      title: "\(names.areGestures ? "Gesture" : "Class") over time", horizontal: Self.axis,
      rows: steps.rows(labels: labels))
    let lanes = Timeline(
      title: "Rate of each class over time", horizontal: Self.axis,
      rows: steps.lanes(labels: labels))
    page.append(
      """
      <section><h2>Seen and true</h2>
      <div class="wide" tabindex="0">\(Markup(markup: strip.svg(for: .page, width: 1100, left: Self.left)))</div>
      <p class="note">The stronger the blue, the higher the class's rate, from 0 to 1\
      \(labels == nil ? "" : "; frames are the true labels").\(steps.note)</p>
      <div class="wide" tabindex="0">\
      \(Markup(markup: lanes.svg(for: .page, width: 1100, rowHeight: 20, left: Self.left)))</div></section>

      """)
    page.append(table)
    return page.bytes()
  }

  private static let axis = ChartAxis("time in the recording", unit: "s")
  /// Room for the longest class's name.
  private static let left = 220.0
  /// More windows than these are not listed one by one.
  private static let mostRows = 2000

  private var table: Markup {
    if windows.count > Self.mostRows {
      return
        "<p class=\"note\">\(windows.count) windows: dvstrain predict without --html lists them.</p>\n"
    }
    let windowLabels = WindowLabels(labels ?? [])
    let rows = zip(windows, rates).map { window, rates -> Markup in
      let times = [window.microseconds.lowerBound, window.microseconds.upperBound]
        .map { "<td>\(decimalText(Double($0) * 1e-6, digits: 3))</td>" as Markup }
      let label = windowLabels.label(of: window.microseconds)
      let ranking = rates.map { ClassRanking(rates: $0) }
      let isWrong = label != nil && ranking != nil && label != ranking?.best
      return """
        <tr>\(Markup(joining: times))<td>\(window.eventCount)</td>\
        <td>\(label.map(names.text) ?? "–")</td>\
        <td>\(ranking.map { names.text(of: $0.best) } ?? "–")</td>\
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

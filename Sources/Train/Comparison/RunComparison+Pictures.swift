internal import Figures
internal import SystemPackage
internal import Terminal

extension RunComparison {
  private func chart(_ curve: Curve) -> LineChart {
    curve.chart(
      title: runs.count == 1
        ? "\(curve.title) of \(runs[0].label)" : "\(curve.title) of \(runs.count) runs",
      runs.enumerated().map { number, run in
        curve.series(of: run.history, name: run.label, colour: number)
      })
  }

  /// Draws a curve of all runs as an SVG file.
  package func svg(_ curve: Curve) -> [UInt8] {
    // In the worst case, each run needs a line of the legend.
    let size = ChartSize(width: 800, height: 400 + 18 * Double(runs.count))
    return Array(chart(curve).svg(for: .file, size: size).utf8)
  }

  /// Whether a file's content is a picture as ``svg(_:)`` draws it.
  package static func isPicture(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: ChartDestination.fileStart.utf8)
  }

  /// Draws all curves of all runs, and a table of the runs, as a self-contained HTML page.
  package func page() -> [UInt8] {
    var page = HTMLPage(
      title: runs.count == 1 ? "Training of \(runs[0].label)" : "\(runs.count) runs",
      introduction: "Runs of dvstrain side by side, named by the settings in which they differ.",
      styles: [RunReportPage.style])
    let size = ChartSize(width: 560, height: 300 + 18 * Double(min(runs.count, 12)))
    let charts = curves.map { Markup(markup: chart($0).svg(for: .page, size: size)) }
    page.append("<section class=\"charts\">\(Markup(joining: charts))</section>\n")
    page.append(table)
    return page.bytes()
  }

  private var table: Markup {
    let rows = self.rows
    let header = rows[0].map { "<th scope=\"col\">\($0)</th>" as Markup }
    let body = rows.dropFirst().map { row -> Markup in
      let cells = row.dropFirst().map { "<td>\($0)</td>" as Markup }
      return "<tr><th scope=\"row\">\(row[0])</th>\(Markup(joining: cells))</tr>\n"
    }
    return """
      <section><h2>Runs</h2><div class="wide" tabindex="0"><table><thead><tr>\(Markup(joining: header))</tr></thead>
      <tbody>\(Markup(joining: body))</tbody></table></div></section>

      """
  }

  /// The rows of the table of runs, header first.
  package var rows: [[String]] {
    [["run", "epochs", "best test accuracy", "in epoch", "train loss", "samples/s", "folder"]]
      + runs.map { run in
        let last = run.history.epochs.last
        let best = run.best(.testAccuracy)
        return [
          run.label, "\(run.history.epochs.count)",
          best.map { percentText($0.value / 100) } ?? "–", best.map { "\($0.epoch)" } ?? "–",
          last.map { decimalText($0.trainingLoss, digits: 5) } ?? "–",
          last.map { decimalText($0.samplesPerSecond, digits: 2) } ?? "–", run.folder.string,
        ]
      }
  }
}

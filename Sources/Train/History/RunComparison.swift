internal import FileAccess
internal import Figures
public import SystemPackage
internal import Terminal

/// Several runs side by side.
public struct RunComparison: Sendable {
  /// A run.
  public struct Run: Sendable {
    /// Its folder.
    public let folder: FilePath
    /// What sets it apart from the others: settings that differ, else its folder's name.
    public internal(set) var label: String
    /// Its epochs.
    public let history: RunHistory
    let arguments: RunArguments?

    /// The highest value of a curve, and the epoch that had it first.
    public func best(_ curve: Curve) -> (value: Double, epoch: Int)? {
      history.best(curve)
    }
  }

  /// The runs, in the order in which they were named.
  public private(set) var runs: [Run]

  /// Reads runs.
  ///
  /// - Parameter folders: Folders of runs, or folders that they stand in.
  /// - Throws: ``TrainError`` with code `file` for a folder that is neither, or a file that cannot be read.
  public init(of folders: [FilePath]) throws(TrainError) {
    runs = []
    for folder in folders {
      for path in try Self.runFolders(at: folder) where !runs.contains(where: { $0.folder == path })
      {
        runs.append(
          Run(
            folder: path, label: path.lastComponent?.string ?? path.string,
            history: try RunHistory(reading: path.appending(Self.metricsName)),
            arguments: RunArguments(reading: path.appending("args.txt"))))
      }
    }
    nameByDifferences()
  }

  private static let metricsName = "metrics.jsonl"

  /// A run's folder itself, or those in it.
  private static func runFolders(at folder: FilePath) throws(TrainError) -> [FilePath] {
    if folder.appending(metricsName).exists { return [folder.lexicallyNormalized()] }
    let names: [String]
    do throws(FileError) { names = try namesInDirectory(folder) } catch { throw TrainError(error) }
    let inner = names.map { folder.lexicallyNormalized().appending($0) }
      .filter { $0.appending(metricsName).exists }
    guard !inner.isEmpty else {
      throw TrainError(
        .file, folder, "", "no run of dvstrain: \(metricsName) expected in it, or in folders in it")
    }
    return inner
  }

  /// Names runs by the settings in which they differ; what is still the same gets the folder's name, too.
  private mutating func nameByDifferences() {
    let settings = runs.map { $0.arguments?.values ?? [:] }
    let names = Set(settings.flatMap(\.keys)).sorted().filter { name in
      Set(settings.map { $0[name] }).count > 1
    }
    if runs.count > 1 && !names.isEmpty && runs.allSatisfy({ $0.arguments != nil }) {
      for number in runs.indices {
        runs[number].label = names.map { "\($0) \(settings[number][$0] ?? "–")" }
          .joined(separator: ", ")
      }
    }
    let labels = runs.map(\.label)
    for number in runs.indices where labels.count(where: { $0 == labels[number] }) > 1 {
      runs[number].label += " (\(runs[number].folder))"
    }
  }

  private func chart(_ curve: Curve) -> LineChart {
    curve.chart(
      title: runs.count == 1
        ? "\(curve.title) of \(runs[0].label)" : "\(curve.title) of \(runs.count) runs",
      runs.enumerated().map { number, run in
        curve.series(of: run.history, name: run.label, colour: number)
      })
  }

  /// A curve of all runs as an SVG file.
  public func svg(_ curve: Curve) -> [UInt8] {
    // Each run needs a line of the legend at worst.
    let size = ChartSize(width: 800, height: 400 + 18 * Double(runs.count))
    return Array(chart(curve).svg(for: .file, size: size).utf8)
  }

  /// All curves of all runs, and what is known of each, on a page that is one file.
  public func page() -> [UInt8] {
    var page = HTMLPage(
      title: runs.count == 1 ? "Training of \(runs[0].label)" : "\(runs.count) runs",
      introduction: "Runs of dvstrain side by side; names are the settings in which they differ.",
      styles: [RunReportPage.style])
    let curves = Curve.allCases.filter { curve in
      runs.contains { run in run.history.epochs.contains { curve.value(of: $0) != nil } }
    }
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

  /// A table of the runs, its header first.
  public var rows: [[String]] {
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

internal import Figures

extension Curve {
  /// The vertical axis: its title, unit and limits.
  var axis: ChartAxis {
    switch self {
    case .trainingLoss, .validationLoss, .testLoss: ChartAxis("loss", lowest: 0)
    case .trainingAccuracy, .validationAccuracy, .testAccuracy:
      ChartAxis("accuracy", unit: "%", lowest: 0, highest: 100)
    case .learningRate: ChartAxis("learning rate", lowest: 0)
    case .samplesPerSecond: ChartAxis("samples", unit: "1/s", lowest: 0)
    }
  }

  /// The values of a run as a series; epochs without a value are left out.
  func series(
    of history: RunHistory, name: String, colour: Int, isDashed: Bool = false
  ) -> LineChart.Series {
    LineChart.Series(
      name,
      history.epochs.compactMap { epoch in
        value(of: epoch).map { LineChart.Point(Double(epoch.epoch), $0) }
      }, colour: colour, isDashed: isDashed)
  }

  /// A line chart of series over epochs.
  func chart(title: String, _ series: [LineChart.Series]) -> LineChart {
    LineChart(
      title: title, horizontal: ChartAxis("epoch", isWhole: true), vertical: axis, series: series)
  }
}

extension RunHistory {
  /// Draws a curve of the run as the text of an SVG file.
  func picture(of curve: Curve, runName: String) -> String {
    curve.chart(
      title: "\(curve.title) of \(runName)",
      [curve.series(of: self, name: curve.rawValue, colour: 0)]
    ).svg(for: .file)
  }
}

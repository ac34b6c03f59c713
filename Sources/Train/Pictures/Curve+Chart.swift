internal import Figures
internal import Terminal

extension Curve {
  /// The vertical axis: its title, unit and limits.
  var axis: ChartAxis {
    switch self {
    case .trainingLoss, .validationLoss, .testLoss: ChartAxis("loss", lowest: 0)
    case .trainingAccuracy, .validationAccuracy, .testAccuracy:

      // Not from 0: good networks differ by a few percent.
      ChartAxis("accuracy", unit: "%", limits: 0...100)
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
  func chart(
    title: String, _ series: [LineChart.Series], marks: [LineChart.Mark] = []
  ) -> LineChart {
    LineChart(
      title: title, horizontal: ChartAxis("epoch", isWhole: true), vertical: axis, series: series,
      marks: marks)
  }

  /// Whether it is an accuracy.
  var isAccuracy: Bool {
    switch self {
    case .trainingAccuracy, .validationAccuracy, .testAccuracy: true
    default: false
    }
  }
}

extension RunHistory {
  /// Draws a curve of the run as the text of an SVG file.
  func picture(of curve: Curve, runName: String) -> String {
    curve.chart(
      title: "\(curve.title) of \(runName)",
      [curve.series(of: self, name: curve.rawValue, colour: 0)],
      marks: curve.isAccuracy ? bestMarks(of: curve) : []
    ).svg(for: .file)
  }

  /// A mark at the first epoch with the maximum of a curve; none before the second epoch.
  func bestMarks(of curve: Curve) -> [LineChart.Mark] {
    guard epochs.count > 1, let best = best(curve) else { return [] }
    return [
      LineChart.Mark(
        Double(best.epoch),
        label: "best: \(decimalText(best.value, digits: 2)) % in epoch \(best.epoch)")
    ]
  }
}

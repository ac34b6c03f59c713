internal import Figures

extension RunReportPage {
  /// Says which layers were silent or saturated in the last evaluation; empty if none was.
  var firingWarning: Markup {
    guard let last = history.lastEvaluation else { return "" }
    let layers = ExtremeLayers(firingRates: last.report.firingRates)
    let span = "in the \(last.isTest ? "test" : "validation") pass after epoch \(last.epoch)"
    guard let text = layers.text(span, of: settings.network, settings.loss) else { return "" }
    return "<p class=\"note\"><strong>Warning: \(text); \(layers.advice).</strong></p>\n"
  }
}

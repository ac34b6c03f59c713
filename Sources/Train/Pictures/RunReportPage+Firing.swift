internal import Figures

extension RunReportPage {
  /// Says which layers were silent or saturated in the last evaluation; empty if none was.
  var firingWarning: Markup {
    guard let last = history.lastEvaluation else { return "" }
    let layers = ExtremeLayers(firingRates: last.report.firingRates)
    let span = "in the \(last.isTest ? "test" : "validation") pass after epoch \(last.epoch)"
    var parts: [String] = []
    if let text = ExtremeLayers.silentText(layers.silent, "fired \(span)", of: settings.network) {
      let isLasting =
        history.epochCount(silent: layers.silent) >= ExtremeLayers.patientEpochCount
      let comment = isLasting ? ExtremeLayers.silentAdvice : ExtremeLayers.silentComment
      parts.append("\(text): \(comment)")
      if layers.isOutputSilent {
        parts.append("silent predictions count as the first class, as with PyTorch's argmax")
      }
    }
    if let text = layers.saturatedText(span, of: settings.network) {
      parts.append("\(text): \(ExtremeLayers.saturatedAdvice)")
    }
    guard !parts.isEmpty else { return "" }
    return
      "<p class=\"note\"><strong>Warning: \(parts.joined(separator: "; ")).</strong></p>\n"
  }
}

extension RunHistory {
  /// The number of epochs up to the last one, in whose evaluations the layers were silent.
  fileprivate func epochCount(silent layers: [Int]) -> Int {
    var first: Int?
    for epoch in epochs.reversed() {
      guard let report = epoch.test ?? epoch.validation else { continue }
      let silent = ExtremeLayers(firingRates: report.firingRates).silent
      guard Set(silent).isSuperset(of: layers) else { break }
      first = epoch.epoch
    }
    return first.map { (epochs.last?.epoch ?? $0) - $0 + 1 } ?? 0
  }
}

internal import EventData
internal import Figures
internal import Terminal

/// The windows of a recording as time spans that do not overlap, each centred on its window.
///
/// Windows may overlap; each span is as wide as the distance between the starts of two windows.
struct PredictionSteps {
  private struct Step {
    let range: ClosedRange<Double>
    let rates: [Float]
    let best: Int
    let label: Int?

    /// The predicted class; `nil` if no output neuron fired.
    var prediction: Int? { rates[best] > 0 ? best : nil }

    var agreement: Agreement? {
      guard let label else { return nil }
      guard let prediction else { return .silent }
      return prediction == label ? .right : .wrong
    }
  }

  /// How a prediction compares with a label.
  ///
  /// `silent` is a window in which no output neuron fired.
  private enum Agreement: String {
    case right, wrong, silent

    /// None of the colours of classes.
    var look: Timeline.Look {
      switch self {
      case .right: .faint
      case .wrong: .ink
      case .silent: .outline
      }
    }
  }

  private let steps: [Step]
  private let names: ClassNames
  private let windowsPerStep: Int
  /// The time from which the page counts.
  private let originMicroseconds: Int64

  /// The firing rate of the strongest colour: the maximum, rounded up to tenths.
  let scale: Double

  /// The maximum number of steps, so that they remain distinguishable; if there are more windows,
  /// adjacent ones are merged by their mean rates.
  private static let maximumStepCount = 1500

  init(_ page: PredictionPage) {
    let windowLabels = WindowLabels(page.labels ?? [])
    windowsPerStep = max(
      1, (page.windows.count + Self.maximumStepCount - 1) / Self.maximumStepCount)
    var steps: [Step] = []
    for start in stride(from: 0, to: page.windows.count, by: windowsPerStep) {
      let numbers = start..<min(page.windows.count, start + windowsPerStep)
      let rates = numbers.compactMap { page.rates[$0] }
      guard !rates.isEmpty else { continue }
      let mean = (0..<page.names.count).map { label in
        rates.reduce(0) { $0 + $1[label] } / Float(rates.count)
      }
      func middle(_ number: Int) -> Double {
        let window = page.windows[number].microseconds
        return (Double(window.lowerBound) + Double(window.upperBound)) / 2
          - Double(page.originMicroseconds)
      }
      let half = Double(page.stepMicroseconds) / 2
      steps.append(
        Step(
          range: (middle(numbers.lowerBound) - half)
            * 1e-6...(middle(numbers.upperBound - 1) + half)
            * 1e-6, rates: mean, best: ClassRanking(rates: mean).best,
          label: windowLabels.label(of: page.windows[start + numbers.count / 2].microseconds)))
    }
    self.steps = steps
    names = page.names
    originMicroseconds = page.originMicroseconds
    let highest = steps.reduce(0) { max($0, Double($1.rates[$1.best])) }
    scale = max(1, (highest * 10 - 1e-6).rounded(.up)) / 10
  }

  /// Notes for the page: whether steps are means of several windows, and whether classes are left
  /// out.
  var note: String {
    (windowsPerStep == 1 ? "" : " Each step is the mean of \(windowsPerStep) windows.")
      + (names.count <= Self.maximumClassRowCount
        ? ""
        : " Only the \(Self.maximumClassRowCount) of \(names.count) classes with the highest rates are shown.")
  }

  /// Rows for the predictions and, if there are labels, for the labels and the agreement of both.
  func rows(labels: [RecordingLabel]?) -> [Timeline.Row] {
    var rows = [
      Timeline.Row(
        "predicted",
        joined { $0.prediction }.map { range, label in
          Timeline.Span(
            range, .colour(label), label: names.text(of: label),
            tip: tip(names.text(of: label), range))
        })
    ]
    guard let labels else { return rows }
    rows.append(
      Timeline.Row(
        "label",
        labels.map { label in
          let range = seconds(label)
          let text = names.text(of: label.label)
          return Timeline.Span(
            range, .colour(label.label), label: text, tip: tip(text, range))
        }))
    rows.append(
      Timeline.Row(
        "agreement",
        joined { $0.agreement }.map { range, agreement in
          Timeline.Span(
            range, agreement.look, label: agreement.rawValue,
            tip: tip(agreement.rawValue, range))
        }))
    return rows
  }

  /// The classes that were predicted or are labels, with their colours, and the looks of the
  /// agreement of both.
  func legend(labels: [RecordingLabel]?) -> Markup {
    func item(_ style: String, _ text: String) -> Markup {
      """
      <li><svg class="chart" width="12" height="12" aria-hidden="true"><rect class="\(style)" x="1" y="1" width="10" \
      height="10"/></svg>\(text)</li>
      """
    }
    let present = Set(steps.compactMap(\.prediction) + (labels ?? []).map(\.label))
    let classes = shownLabels.filter { present.contains($0) }
      .map { item(Timeline.Look.colour($0).style, names.text(of: $0)) }
    let agreements =
      labels == nil
      ? []
      : [Agreement.right, .wrong, .silent].map { item($0.look.style, $0.rawValue) }
    return "<ul class=\"classes\">\(Markup(joining: classes + agreements))</ul>\n"
  }

  /// The maximum number of classes that have a row.
  private static let maximumClassRowCount = 24

  /// The classes that have a row, in ascending order: all, or those with the highest rates if there
  /// are too many.
  private var shownLabels: [Int] {
    guard names.count > Self.maximumClassRowCount else { return Array(0..<names.count) }
    var sums = [Float](repeating: 0, count: names.count)
    for step in steps { for (label, rate) in step.rates.enumerated() { sums[label] += rate } }
    return sums.indices.sorted { (sums[$1], $0) < (sums[$0], $1) }.prefix(Self.maximumClassRowCount)
      .sorted()
  }

  /// One row per class: its rate over time, and outlines of its labels.
  ///
  /// - Parameter isNarrow: Whether rows have only the number of their class as their name.
  func classRows(labels: [RecordingLabel]?, isNarrow: Bool) -> [Timeline.Row] {
    shownLabels.map { label in
      let name = names.text(of: label)
      // A rate near 0 would be invisible.
      let spans = steps.filter { $0.rates[label] >= 0.02 }.map { step in
        Timeline.Span(
          step.range, .strength(label, Double(step.rates[label]) / scale),
          tip: "\(name): rate \(decimalText(Double(step.rates[label]), digits: 2))")
      }
      let outlines = (labels ?? []).filter { $0.label == label }.map { window in
        Timeline.Span(
          seconds(window), .outline, tip: tip("label \(name)", seconds(window)))
      }
      return Timeline.Row(isNarrow ? "\(names.number(of: label))" : name, spans + outlines)
    }
  }

  /// Merges adjacent steps with equal values; steps without a value are left out.
  private func joined<Value: Equatable>(
    _ value: (Step) -> Value?
  ) -> [(range: ClosedRange<Double>, value: Value)] {
    var result: [(range: ClosedRange<Double>, value: Value)] = []
    for step in steps {
      guard let next = value(step) else { continue }
      // Adjacent steps may be a microsecond and a rounding error apart.
      if let last = result.last, last.value == next,
        step.range.lowerBound - last.range.upperBound < 2e-6
      {
        result[result.count - 1].range =
          last.range.lowerBound...max(last.range.upperBound, step.range.upperBound)
      } else {
        result.append((step.range, next))
      }
    }
    return result
  }

  private func seconds(_ label: RecordingLabel) -> ClosedRange<Double> {
    func seconds(_ microseconds: Int64) -> Double {
      (Double(microseconds) - Double(originMicroseconds)) * 1e-6
    }
    return seconds(label.microseconds.lowerBound)...seconds(label.microseconds.upperBound)
  }

  private func tip(_ text: String, _ range: ClosedRange<Double>) -> String {
    "\(text), \(decimalText(range.lowerBound, digits: 2)) to \(decimalText(range.upperBound, digits: 2)) s"
  }
}

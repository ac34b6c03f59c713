internal import Figures
internal import Terminal

/// The windows of a recording as parts of time that do not overlap, each around the middle of its
/// window.
struct PredictionSteps {
  private struct Step {
    let range: ClosedRange<Double>
    let rates: [Float]
    let best: Int
    let label: Int?

    /// The predicted class; `nil` if no output neuron fired.
    var seen: Int? { rates[best] > 0 ? best : nil }

    var agreement: Agreement? {
      guard let label else { return nil }
      guard let seen else { return .silent }
      return seen == label ? .right : .wrong
    }
  }

  /// How a prediction compares with a label.
  private enum Agreement: String {
    case right, wrong, silent

    var colour: Int {
      switch self {
      case .right: 2
      case .wrong: 1
      case .silent: 6
      }
    }
  }

  private let steps: [Step]
  private let names: ClassNames
  private let joinedCount: Int

  /// The maximum number of steps that remain distinguishable; consecutive windows are joined
  /// beyond it, by their mean rates.
  private static let mostSteps = 1500

  init(_ page: PredictionPage) {
    let windowLabels = WindowLabels(page.labels ?? [])
    joinedCount = max(1, (page.windows.count + Self.mostSteps - 1) / Self.mostSteps)
    var steps: [Step] = []
    for start in stride(from: 0, to: page.windows.count, by: joinedCount) {
      let numbers = start..<min(page.windows.count, start + joinedCount)
      let seen = numbers.compactMap { page.rates[$0] }
      guard !seen.isEmpty else { continue }
      let mean = (0..<page.names.count).map { label in
        seen.reduce(0) { $0 + $1[label] } / Float(seen.count)
      }
      func middle(_ number: Int) -> Double {
        let window = page.windows[number].microseconds
        return (Double(window.lowerBound) + Double(window.upperBound)) / 2
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
  }

  /// What is said of steps that are more than one window, and of classes without a row.
  var note: String {
    (joinedCount == 1 ? "" : " Each step is the mean of \(joinedCount) windows.")
      + (names.count <= Self.mostLanes
        ? "" : " Shown are the \(Self.mostLanes) of \(names.count) classes with the highest rates.")
  }

  /// Predictions, and under them the labels, and whether they agree.
  func rows(labels: [RecordingLabel]?) -> [Timeline.Row] {
    var rows = [
      Timeline.Row(
        "predicted",
        joined { $0.seen }.map { range, label in
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
            range, .colour(agreement.colour), label: agreement.rawValue,
            tip: tip(agreement.rawValue, range))
        }))
    return rows
  }

  /// Classes with a row of their own at most.
  private static let mostLanes = 24

  /// The classes that have a row: all, or of many those with the highest rates, by label.
  private var laneLabels: [Int] {
    guard names.count > Self.mostLanes else { return Array(0..<names.count) }
    var sums = [Float](repeating: 0, count: names.count)
    for step in steps { for (label, rate) in step.rates.enumerated() { sums[label] += rate } }
    return sums.indices.sorted { (sums[$1], $0) < (sums[$0], $1) }.prefix(Self.mostLanes).sorted()
  }

  /// A row a class: its rate over time, and the frames of its labels.
  func lanes(labels: [RecordingLabel]?) -> [Timeline.Row] {
    laneLabels.map { label in
      let name = names.text(of: label)
      // A rate near 0 would be invisible.
      let spans = steps.filter { $0.rates[label] >= 0.02 }.map { step in
        Timeline.Span(
          step.range, .strength(0, Double(step.rates[label])),
          tip: "\(name): rate \(decimalText(Double(step.rates[label]), digits: 2))")
      }
      let frames = (labels ?? []).filter { $0.label == label }.map { window in
        Timeline.Span(
          seconds(window), .outline, tip: tip("label \(name)", seconds(window)))
      }
      return Timeline.Row(name, spans + frames)
    }
  }

  /// Steps that follow each other and have the same value, as one; those without a value are left
  /// out.
  private func joined<Value: Equatable>(
    _ value: (Step) -> Value?
  ) -> [(range: ClosedRange<Double>, value: Value)] {
    var result: [(range: ClosedRange<Double>, value: Value)] = []
    for step in steps {
      guard let next = value(step) else { continue }
      // A microsecond and rounding apart.
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
    Double(label.microseconds.lowerBound) * 1e-6...Double(label.microseconds.upperBound) * 1e-6
  }

  private func tip(_ text: String, _ range: ClosedRange<Double>) -> String {
    "\(text), \(decimalText(range.lowerBound, digits: 2)) to \(decimalText(range.upperBound, digits: 2)) s"
  }
}

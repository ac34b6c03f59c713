internal import GestureDataSet

/// The report as JSON: keys in snake_case, with ``accuracy`` and the like beside the counts.
extension EvaluationReport: Encodable {
  private enum CodingKeys: String, CodingKey {
    case accuracy, confusion, loss, mistakes, seconds
    case classes = "by_class"
    case correctCount = "correct"
    case firingRates = "firing_rates"
    case lightings = "by_lighting"
    case sampleCount = "samples"
    case subjects = "by_subject"
  }

  /// Encodes the report.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(total.sampleCount, forKey: .sampleCount)
    try container.encode(total.correctCount, forKey: .correctCount)
    try container.encode(accuracy, forKey: .accuracy)
    try container.encode(loss, forKey: .loss)
    try container.encode(seconds, forKey: .seconds)
    try container.encode(confusion, forKey: .confusion)
    try container.encode(firingRates, forKey: .firingRates)
    try container.encode(mistakes, forKey: .mistakes)
    try container.encode(
      zip(Gesture.allCases, classes).map { NamedTally($0.name, $1) }, forKey: .classes)
    try container.encode(
      subjects.sorted { $0.key < $1.key }.map { NamedTally("\($0.key)", $0.value) },
      forKey: .subjects)
    try container.encode(
      lightings.sorted { $0.key < $1.key }.map { NamedTally($0.key, $0.value) },
      forKey: .lightings)
  }
}

private struct NamedTally: Encodable {
  let name: String
  let correct: Int
  let samples: Int
  let accuracy: Double

  init(_ name: String, _ tally: EvaluationReport.Tally) {
    self.name = name
    correct = tally.correctCount
    samples = tally.sampleCount
    accuracy = tally.accuracy
  }
}

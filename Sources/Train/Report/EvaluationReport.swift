/// What a pass over samples found, without learning from them; `metrics.jsonl` holds it.
package struct EvaluationReport: Equatable, Sendable {
  /// A class, subject or lighting.
  package struct Group: Equatable, Sendable {
    /// Its name.
    package let name: String
    /// Its samples that were told apart rightly.
    package let correctCount: Int
    /// All of its samples.
    package let sampleCount: Int
    /// The share of those that were; 0 of none.
    package var accuracy: Double { share(correctCount, of: sampleCount) }
  }

  /// All samples.
  package let sampleCount: Int
  /// Those that were told apart rightly.
  package let correctCount: Int
  /// Their share; 0 of none.
  package var accuracy: Double { share(correctCount, of: sampleCount) }
  /// The mean loss of the samples.
  package let loss: Double
  /// Seconds that the pass took.
  package let seconds: Double
  /// The samples of each class, in the order of labels.
  package let classes: [Group]
  /// The samples of each subject, by its number.
  package let subjects: [Group]
  /// The samples of each lighting, by its name.
  package let lightings: [Group]
  /// How often class r was taken for class c: `[r][c]`, a row and a column a class.
  package let confusion: [[Int]]
  /// Spikes of each layer by neurons, samples and frames, padding with them.
  package let firingRates: [Double]
  /// The worst mistakes, the worst first; at most ``Mistake/keptCount``.
  package let mistakes: [Mistake]
}

private func share(_ correctCount: Int, of sampleCount: Int) -> Double {
  sampleCount == 0 ? 0 : Double(correctCount) / Double(sampleCount)
}

extension EvaluationReport: Codable {
  private enum CodingKeys: String, CodingKey {
    case accuracy, confusion, loss, mistakes, seconds
    case classes = "by_class"
    case correctCount = "correct"
    case firingRates = "firing_rates"
    case lightings = "by_lighting"
    case sampleCount = "samples"
    case subjects = "by_subject"
  }

  /// Encodes the report: keys in snake_case, with the accuracy beside the counts.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(sampleCount, forKey: .sampleCount)
    try container.encode(correctCount, forKey: .correctCount)
    try container.encode(accuracy, forKey: .accuracy)
    try container.encode(loss, forKey: .loss)
    try container.encode(seconds, forKey: .seconds)
    try container.encode(classes, forKey: .classes)
    try container.encode(subjects, forKey: .subjects)
    try container.encode(lightings, forKey: .lightings)
    try container.encode(confusion, forKey: .confusion)
    try container.encode(firingRates, forKey: .firingRates)
    try container.encode(mistakes, forKey: .mistakes)
  }

  /// Decodes a report, and checks that its table is square, and mistakes are of its classes.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    sampleCount = try container.decode(Int.self, forKey: .sampleCount)
    correctCount = try container.decode(Int.self, forKey: .correctCount)
    loss = try container.decode(Double.self, forKey: .loss)
    seconds = try container.decode(Double.self, forKey: .seconds)
    classes = try container.decode([Group].self, forKey: .classes)
    subjects = try container.decode([Group].self, forKey: .subjects)
    lightings = try container.decode([Group].self, forKey: .lightings)
    confusion = try container.decode([[Int]].self, forKey: .confusion)
    firingRates = try container.decode([Double].self, forKey: .firingRates)
    // Lines of the first versions have none.
    mistakes = try container.decodeIfPresent([Mistake].self, forKey: .mistakes) ?? []
    let classCount = confusion.count
    let isTable =
      classCount >= 1
      && confusion.allSatisfy { row in
        row.count == classCount && row.allSatisfy { (0...1 << 40).contains($0) }
      }
    guard isTable else {
      throw DecodingError.dataCorruptedError(
        forKey: .confusion, in: container,
        debugDescription: "as many rows as columns of counts expected")
    }
    guard mistakes.allSatisfy({ max($0.label, $0.prediction) < classCount }) else {
      throw DecodingError.dataCorruptedError(
        forKey: .mistakes, in: container,
        debugDescription: "labels and predictions under \(classCount) expected")
    }
  }
}

extension EvaluationReport.Group: Codable {
  private enum CodingKeys: String, CodingKey {
    case name, accuracy
    case correctCount = "correct"
    case sampleCount = "samples"
  }

  /// Encodes the group, with the accuracy beside the counts.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(correctCount, forKey: .correctCount)
    try container.encode(sampleCount, forKey: .sampleCount)
    try container.encode(accuracy, forKey: .accuracy)
  }

  /// Decodes a group.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decode(String.self, forKey: .name)
    correctCount = try container.decode(Int.self, forKey: .correctCount)
    sampleCount = try container.decode(Int.self, forKey: .sampleCount)
  }
}

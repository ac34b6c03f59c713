/// The results of an evaluation pass, as in `metrics.jsonl`.
package struct EvaluationReport: Equatable, Sendable {
  /// A class, or the samples with the same value of a column.
  package struct Group: Equatable, Sendable {
    /// Its name.
    package let name: String
    /// Samples classified correctly.
    package let correctCount: Int
    /// All of its samples.
    package let sampleCount: Int
    /// The fraction classified correctly, 0 to 1; 0 if there are no samples.
    package var accuracy: Double { share(correctCount, of: sampleCount) }
  }

  /// A column of the data set, as the subject, and the samples of each of its values.
  package struct Attribute: Equatable, Sendable {
    /// The column's name.
    package let name: String
    /// Different values among the samples.
    package let valueCount: Int
    /// The samples of each value, in order; none where there are over ``mostValues``.
    package let groups: [Group]

    /// The most values of a column that are grouped; so many numbers can subjects of DVS128
    /// Gesture have.
    static let mostValues = 256
  }

  /// All samples.
  package let sampleCount: Int
  /// Samples classified correctly.
  package let correctCount: Int
  /// The fraction classified correctly, 0 to 1; 0 if there are no samples.
  package var accuracy: Double { share(correctCount, of: sampleCount) }
  /// The mean loss of the samples.
  package let loss: Double
  /// Seconds that the pass took.
  package let seconds: Double
  /// The samples of each class, in the order of labels.
  package let classes: [Group]
  /// The samples by what the data set tells of them, a part for each of its columns.
  package let attributes: [Attribute]
  /// The confusion matrix.
  package let confusion: Confusions
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
    case attributes = "by_attribute"
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
    if attributes.map(\.name) == Self.gestureColumns {
      try container.encode(attributes[0].groups, forKey: .subjects)
      try container.encode(attributes[1].groups, forKey: .lightings)
    } else {
      try container.encode(attributes, forKey: .attributes)
    }
    try container.encode(confusion, forKey: .confusion)
    try container.encode(firingRates, forKey: .firingRates)
    try container.encode(mistakes, forKey: .mistakes)
  }

  /// The columns of DVS128 Gesture, which have had keys of their own since the first version.
  private static let gestureColumns = ["subject", "lighting"]

  /// Decodes a report, and checks that mistakes are of its classes.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    sampleCount = try container.decode(Int.self, forKey: .sampleCount)
    correctCount = try container.decode(Int.self, forKey: .correctCount)
    loss = try container.decode(Double.self, forKey: .loss)
    seconds = try container.decode(Double.self, forKey: .seconds)
    classes = try container.decode([Group].self, forKey: .classes)
    if container.contains(.attributes) {
      attributes = try container.decode([Attribute].self, forKey: .attributes)
    } else {
      let groups = [
        try container.decode([Group].self, forKey: .subjects),
        try container.decode([Group].self, forKey: .lightings),
      ]
      attributes = zip(Self.gestureColumns, groups).map {
        Attribute(name: $0, valueCount: $1.count, groups: $1)
      }
    }
    confusion = try container.decode(Confusions.self, forKey: .confusion)
    firingRates = try container.decode([Double].self, forKey: .firingRates)
    // Lines of the first versions have none.
    mistakes = try container.decodeIfPresent([Mistake].self, forKey: .mistakes) ?? []
    let classCount = confusion.classCount
    guard mistakes.allSatisfy({ max($0.label, $0.prediction) < classCount }) else {
      throw DecodingError.dataCorruptedError(
        forKey: .mistakes, in: container,
        debugDescription: "labels and predictions under \(classCount) expected")
    }
  }
}

extension EvaluationReport.Attribute: Codable {
  private enum CodingKeys: String, CodingKey {
    case groups
    case name = "column"
    case valueCount = "values"
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

/// The results of an evaluation, as in `metrics.jsonl`.
package struct EvaluationReport: Equatable, Sendable {
  /// The samples of a class, or those with the same value of a column.
  package struct Group: Equatable, Sendable {
    /// The name of the class or value.
    package let name: String
    /// The class's number in label files; `nil` for a value, and for classes that have only labels.
    package let classNumber: Int?
    /// The number of samples classified correctly.
    package let correctCount: Int
    /// The number of samples.
    package let sampleCount: Int
    /// The fraction classified correctly, 0 to 1; 0 if there are no samples.
    package var accuracy: Double { fraction(correctCount, of: sampleCount) }
  }

  /// A column of the data set, such as `subject`, and the samples grouped by its values.
  package struct Attribute: Equatable, Sendable {
    /// The column's name.
    package let name: String
    /// The number of different values among the samples.
    package let valueCount: Int
    /// The samples of each value, sorted by value; empty if there are more than
    /// ``maximumGroupCount``.
    package let groups: [Group]

    /// The maximum number of values for which samples are grouped: the subjects of DVS128 Gesture,
    /// one byte each, have at most 256.
    static let maximumGroupCount = 256
  }

  /// The number of samples.
  package let sampleCount: Int
  /// The number of samples classified correctly.
  package let correctCount: Int
  /// The fraction classified correctly, 0 to 1; 0 if there are no samples.
  package var accuracy: Double { fraction(correctCount, of: sampleCount) }
  /// The mean loss of the samples.
  package let loss: Double
  /// The duration of the evaluation in seconds.
  package let seconds: Double
  /// The samples of each class, indexed by label.
  package let classes: [Group]
  /// The samples grouped by each column of the data set.
  package let attributes: [Attribute]
  /// The confusion matrix.
  package let confusion: ConfusionMatrix
  /// Spikes per neuron, frame and sample for each layer of neurons; padding is included.
  package let firingRates: [Double]
  /// Synaptic operations per sample; `nil` if the engine does not count them.
  package let operations: SynapticOperations?
  /// The worst mistakes, worst first; at most ``Mistake/keptCount``.
  package let mistakes: [Mistake]
}

private func fraction(_ correctCount: Int, of sampleCount: Int) -> Double {
  sampleCount == 0 ? 0 : Double(correctCount) / Double(sampleCount)
}

extension EvaluationReport: Codable {
  private enum CodingKeys: String, CodingKey {
    case accuracy, confusion, loss, mistakes, operations, seconds
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
    try container.encodeIfPresent(operations, forKey: .operations)
    try container.encode(mistakes, forKey: .mistakes)
  }

  /// The columns of DVS128 Gesture, which have had keys of their own since the first version.
  private static let gestureColumns = ["subject", "lighting"]

  /// Decodes a report, and checks that the labels and predictions of mistakes are in range.
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
    confusion = try container.decode(ConfusionMatrix.self, forKey: .confusion)
    firingRates = try container.decode([Double].self, forKey: .firingRates)
    operations = try container.decodeIfPresent(SynapticOperations.self, forKey: .operations)
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
    case classNumber = "class_number"
    case correctCount = "correct"
    case sampleCount = "samples"
  }

  /// Encodes the group, with the accuracy beside the counts.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encodeIfPresent(classNumber, forKey: .classNumber)
    try container.encode(correctCount, forKey: .correctCount)
    try container.encode(sampleCount, forKey: .sampleCount)
    try container.encode(accuracy, forKey: .accuracy)
  }

  /// Decodes a group.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decode(String.self, forKey: .name)
    classNumber = try container.decodeIfPresent(Int.self, forKey: .classNumber)
    correctCount = try container.decode(Int.self, forKey: .correctCount)
    sampleCount = try container.decode(Int.self, forKey: .sampleCount)
  }
}

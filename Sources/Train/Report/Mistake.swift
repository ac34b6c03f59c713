internal import EventData
package import FrameCache

/// A misclassified sample.
package struct Mistake: Equatable, Sendable {
  /// The sample's index in the cache.
  package let sample: SampleIndex
  /// The sample's name.
  package let name: String
  /// The true class, from 0.
  package let label: Int
  /// The predicted class, from 0.
  package let prediction: Int
  /// The firing rate of the true class's output, 0 to 1.
  package let labelRate: Float
  /// The firing rate of the predicted class's output, the maximum of all, 0 to 1.
  package let predictionRate: Float

  /// The predicted class's rate minus the true class's rate.
  package var margin: Float { predictionRate - labelRate }

  /// The maximum number of mistakes kept from an evaluation.
  package static let keptCount = 12

  /// Creates a mistake if the prediction is wrong.
  ///
  /// - Parameter rates: The firing rate of each class.
  /// - Returns: `nil` if the sample was classified correctly.
  init?(_ sample: SampleIndex, _ record: SampleRecord, rates: ArraySlice<Float>, prediction: Int) {
    let label = Int(record.label)
    if prediction == label { return nil }
    self.sample = sample
    name = record.name
    self.label = label
    self.prediction = prediction
    labelRate = rates[rates.startIndex + label]
    predictionRate = rates[rates.startIndex + prediction]
  }

  /// Whether the first mistake is worse: by its margin, then by its number; then a training sample
  /// precedes a test sample.
  static func isWorse(_ first: Mistake, _ second: Mistake) -> Bool {
    if first.margin != second.margin { return first.margin > second.margin }
    if first.sample.number != second.sample.number {
      return first.sample.number < second.sample.number
    }
    return first.sample.split == .train && second.sample.split == .test
  }
}

/// The mistake as JSON, under names like those of `dvstrain predict`.
extension Mistake: Codable {
  private enum CodingKeys: String, CodingKey {
    case split, number, label, prediction
    case name = "sample"
    case labelRate = "label_rate"
    case predictionRate = "rate"
  }

  /// Encodes the mistake.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(sample.split.rawValue, forKey: .split)
    try container.encode(sample.number, forKey: .number)
    try container.encode(name, forKey: .name)
    try container.encode(label, forKey: .label)
    try container.encode(prediction, forKey: .prediction)
    try container.encode(labelRate, forKey: .labelRate)
    try container.encode(predictionRate, forKey: .predictionRate)
  }

  /// Decodes a mistake, and checks that its sample and classes are possible; the number of classes
  /// is not known here.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let split = DataSetSplit(rawValue: try container.decode(String.self, forKey: .split))
    let number = try container.decode(Int.self, forKey: .number)
    label = try container.decode(Int.self, forKey: .label)
    prediction = try container.decode(Int.self, forKey: .prediction)
    let classes = 0...Int(UInt16.max)
    guard let split, number >= 0, classes.contains(label), classes.contains(prediction) else {
      throw DecodingError.dataCorruptedError(
        forKey: .number, in: container, debugDescription: "a sample and two classes expected")
    }
    sample = SampleIndex(split, number)
    name = try container.decode(String.self, forKey: .name)
    labelRate = try container.decode(Float.self, forKey: .labelRate)
    predictionRate = try container.decode(Float.self, forKey: .predictionRate)
  }
}

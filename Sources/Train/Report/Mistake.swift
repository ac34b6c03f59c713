internal import EventData
package import FrameCache

/// A sample that was predicted as another class.
package struct Mistake: Equatable, Sendable {
  /// The sample's index in the cache.
  package let sample: SampleIndex
  /// Its name.
  package let name: String
  /// Its class, from 0.
  package let label: Int
  /// The predicted class, from 0.
  package let prediction: Int
  /// The firing rate of the output of its class, 0 to 1.
  package let labelRate: Float
  /// The firing rate of the output of the predicted class, the highest of all.
  package let predictionRate: Float

  /// The predicted class's rate minus the true class's rate.
  package var margin: Float { predictionRate - labelRate }

  /// The number of mistakes kept from a pass.
  package static let keptCount = 12

  /// Checks a sample's prediction.
  ///
  /// - Parameter rates: The rate of each class.
  /// - Returns: `nil` if it was classified correctly.
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

  /// Puts the worst first: by the margin, and of equals by their number, a training sample before a
  /// test sample.
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

  /// Decodes a mistake, and checks that its classes and its place can be; how many classes there
  /// are is not known here.
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

internal import EventData
package import FrameCache

/// A sample that was taken for another class.
package struct Mistake: Equatable, Sendable {
  /// The sample's place in the cache.
  package let sample: SampleIndex
  /// Its name.
  package let name: String
  /// Its class, from 0.
  package let label: Int
  /// The class that it was taken for, from 0.
  package let prediction: Int
  /// The rate of its class.
  package let labelRate: Float
  /// The rate of the class that it was taken for; no other is higher.
  package let predictionRate: Float

  /// How much higher the wrong rate is.
  package var margin: Float { predictionRate - labelRate }

  /// So many are kept of a pass.
  package static let keptCount = 12

  /// Judges a sample.
  ///
  /// - Parameter rates: The rate of each class.
  /// - Returns: `nil` where it was told apart rightly.
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

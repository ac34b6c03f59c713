internal import EventData
import FrameCache
import Terminal
import Train

/// What a network sees in a sample of a cache.
struct SamplePrediction: Encodable {
  let command = "predict"
  let split: String
  let sample: String
  let events: Int
  let label: Int
  let labelName: String
  let labelText: String
  let correct: Bool
  let seen: Seen

  private enum CodingKeys: String, CodingKey {
    case command, split, sample, events, label, labelName, correct
  }

  init(_ record: SampleRecord, _ place: SampleIndex, _ rates: [Float], _ names: ClassNames) {
    seen = Seen(rates, names)
    split = place.split.rawValue
    sample = record.name
    events = Int(record.eventCount)
    label = Int(record.label)
    labelName = names.name(of: label)
    labelText = names.text(of: label)
    correct = seen.prediction == label
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(command, forKey: .command)
    try container.encode(split, forKey: .split)
    try container.encode(sample, forKey: .sample)
    try container.encode(events, forKey: .events)
    try container.encode(label, forKey: .label)
    try container.encode(labelName, forKey: .labelName)
    try container.encode(correct, forKey: .correct)
    try seen.encode(to: encoder)
  }

  static let header = ["sample", "events", "label"] + Seen.header + [""]

  var row: [String] {
    [plainText(sample), events == 0 ? "empty" : "\(events)", plainText(labelText)] + seen.row
      + [correct ? "" : "wrong"]
  }
}

/// The classes that a network finds in a sample; labels are those of caches, from 0.
struct Seen: Encodable {
  let prediction: Int
  let predictionName: String
  let rate: Float
  let second: Int
  let secondName: String
  let secondRate: Float
  let rates: [Float]

  private let names: ClassNames

  private enum CodingKeys: String, CodingKey {
    case prediction, predictionName, rate, second, secondName, secondRate, rates
  }

  init(_ rates: [Float], _ names: ClassNames) {
    self.names = names
    let ranking = ClassRanking(rates: rates)
    prediction = ranking.best
    predictionName = names.name(of: ranking.best)
    rate = ranking.bestRate
    second = ranking.second
    secondName = names.name(of: ranking.second)
    secondRate = ranking.secondRate
    self.rates = rates
  }

  /// Whether no output neuron has fired.
  var isSilent: Bool { !(rate > 0) }

  /// What predictions without a spike are counted as; `nil` where there are none.
  static func silenceText(count: Int, _ names: ClassNames) -> String? {
    count == 0
      ? nil
      : "\(counted(count, "silent prediction")), without a spike of the output, "
        + "\(count == 1 ? "counts" : "count") as the first class, \(plainText(names.text(of: 0)))"
  }

  static let header = ["prediction", "rate", "second", "rate"]

  /// Of a network of which no output neuron has fired, the first class is as likely as the others.
  var row: [String] {
    guard !isSilent else { return ["silent", decimalText(0, digits: 3), "–", "–"] }
    return [
      plainText(names.text(of: prediction)), decimalText(Double(rate), digits: 3),
      secondRate > 0 ? plainText(names.text(of: second)) : "–",
      decimalText(Double(secondRate), digits: 3),
    ]
  }
}

internal import EventData
import FrameCache
import Terminal
import Train

/// The prediction for a sample of a cache.
struct SamplePrediction: Encodable {
  let command = "predict"
  let split: String
  let sample: String
  /// The identity, as `dvsprep inspect --sample` takes it.
  let identity: String
  let events: Int
  let label: Int
  let labelName: String
  let classNumber: Int?
  let labelText: String
  let correct: Bool
  let output: ClassPrediction

  private enum CodingKeys: String, CodingKey {
    case command, split, sample, identity, events, label, labelName, classNumber, correct
  }

  init(_ record: SampleRecord, _ index: SampleIndex, _ rates: [Float], _ names: ClassNames) {
    output = ClassPrediction(rates, names)
    split = index.split.rawValue
    sample = record.name
    identity = "\(index.split.rawValue)/\(record.label)/\(record.name)"
    events = Int(record.eventCount)
    label = Int(record.label)
    labelName = names.name(of: label)
    classNumber = names.classNumber(of: label)
    labelText = names.title(of: label)
    correct = output.prediction == label
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(command, forKey: .command)
    try container.encode(split, forKey: .split)
    try container.encode(sample, forKey: .sample)
    try container.encode(identity, forKey: .identity)
    try container.encode(events, forKey: .events)
    try container.encode(label, forKey: .label)
    try container.encode(labelName, forKey: .labelName)
    try container.encodeIfPresent(classNumber, forKey: .classNumber)
    try container.encode(correct, forKey: .correct)
    try output.encode(to: encoder)
  }

  static let header = ["sample", "events", "label"] + ClassPrediction.header + [""]

  var row: [String] {
    [plainText(identity), events == 0 ? "empty" : "\(events)", plainText(labelText)] + output.row
      + [correct ? "" : "wrong"]
  }
}

/// The output of a network: the two best classes and all firing rates; labels count from 0.
struct ClassPrediction: Encodable {
  let prediction: Int
  let predictionName: String
  let rate: Float
  let second: Int
  let secondName: String
  let secondRate: Float
  let rates: [Float]
  /// `nil` if the network is silent, or classes have only labels.
  let predictionClassNumber: Int?
  let secondClassNumber: Int?

  private let names: ClassNames

  private enum CodingKeys: String, CodingKey {
    case prediction, predictionName, rate, second, secondName, secondRate, rates
    case predictionClassNumber, secondClassNumber
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
    predictionClassNumber = ranking.bestRate > 0 ? names.classNumber(of: ranking.best) : nil
    secondClassNumber = ranking.secondRate > 0 ? names.classNumber(of: ranking.second) : nil
  }

  /// Whether no output neuron has fired.
  var isSilent: Bool { !(rate > 0) }

  /// A note that silent predictions count as the first class; `nil` where there are none.
  static func silenceText(count: Int, _ names: ClassNames) -> String? {
    count == 0
      ? nil
      : "\(counted(count, "silent prediction")) (no output neuron fired) "
        + "\(count == 1 ? "counts" : "count") as the first class, \(plainText(names.title(of: 0)))"
  }

  static let header = ["prediction", "rate", "second", "rate"]

  /// Cells of a table; a silent prediction names no class, as all have the same rate.
  var row: [String] {
    guard !isSilent else { return ["silent", decimalText(0, digits: 3), "–", "–"] }
    return [
      plainText(names.title(of: prediction)), decimalText(Double(rate), digits: 3),
      secondRate > 0 ? plainText(names.title(of: second)) : "–",
      decimalText(Double(secondRate), digits: 3),
    ]
  }
}

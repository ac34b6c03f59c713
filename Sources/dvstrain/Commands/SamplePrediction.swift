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
    correct = output.isCorrect(label)
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

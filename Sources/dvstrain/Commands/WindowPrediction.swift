internal import EventData
import Terminal
import Train

/// The prediction for a window of a recording.
struct WindowPrediction: Encodable {
  private let window: RecordingWindows.Window
  /// The time of the first event, from which the table counts.
  private let origin: Int64
  private let label: Int?
  /// `nil` for a window without events.
  let output: ClassPrediction?
  private let names: ClassNames
  /// From the arrival of the window's last event to the answer; `nil` in a file.
  private let latencyMicroseconds: Int?

  init(
    _ window: RecordingWindows.Window, origin: Int64, _ label: Int?, _ output: ClassPrediction?,
    _ names: ClassNames, latencyMicroseconds: Int? = nil
  ) {
    self.latencyMicroseconds = latencyMicroseconds
    self.window = window
    self.origin = origin
    self.label = label
    self.names = names
    self.output = output
  }

  /// Whether the prediction is the label; `nil` without a label, or without events.
  var correct: Bool? {
    guard let label, let output else { return nil }
    return output.isCorrect(label)
  }

  private enum CodingKeys: String, CodingKey {
    case command, startUs, endUs, events, label, labelName, classNumber, correct, latencyUs
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode("predict", forKey: .command)
    try container.encode(window.microseconds.lowerBound, forKey: .startUs)
    try container.encode(window.microseconds.upperBound, forKey: .endUs)
    try container.encode(window.eventCount, forKey: .events)
    try container.encodeIfPresent(label, forKey: .label)
    try container.encodeIfPresent(label.map(names.name), forKey: .labelName)
    try container.encodeIfPresent(label.flatMap(names.classNumber), forKey: .classNumber)
    try container.encodeIfPresent(correct, forKey: .correct)
    try container.encodeIfPresent(latencyMicroseconds, forKey: .latencyUs)
    try output?.encode(to: encoder)
  }

  /// The columns of a table; those about the label only where there may be one.
  static func header(hasLabels: Bool = true) -> [String] {
    ["start s", "end s", "events"] + (hasLabels ? ["label"] : []) + ClassPrediction.header
      + (hasLabels ? [""] : [])
  }

  /// Its row in a table.
  func row(hasLabels: Bool = true) -> [String] {
    let times = [window.microseconds.lowerBound, window.microseconds.upperBound]
      .map { decimalText((Double($0) - Double(origin)) * 1e-6, digits: 3) }
    let events = window.eventCount == 0 ? "empty" : "\(window.eventCount)"
    let outputs = output?.row ?? ["–", "–", "–", "–"]
    guard hasLabels else { return times + [events] + outputs }
    return times + [events, label.map { plainText(names.title(of: $0)) } ?? "–"] + outputs
      + [correct == false ? "wrong" : ""]
  }
}

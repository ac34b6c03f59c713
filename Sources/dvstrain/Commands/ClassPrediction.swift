internal import EventData
import FrameCache
import Terminal
import Train

/// The output of a network: the two best classes and all firing rates; labels count from 0.
///
/// A silent output predicts no class: `prediction` and `second` are null in JSON.
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
    secondClassNumber = ranking.bestRate > 0 ? names.classNumber(of: ranking.second) : nil
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    func unlessSilent<Value>(_ value: Value) -> Value? { isSilent ? nil : value }
    try container.encode(unlessSilent(prediction), forKey: .prediction)
    try container.encode(unlessSilent(predictionName), forKey: .predictionName)
    try container.encode(rate, forKey: .rate)
    try container.encode(unlessSilent(second), forKey: .second)
    try container.encode(unlessSilent(secondName), forKey: .secondName)
    try container.encode(secondRate, forKey: .secondRate)
    try container.encode(rates, forKey: .rates)
    try container.encodeIfPresent(predictionClassNumber, forKey: .predictionClassNumber)
    try container.encodeIfPresent(secondClassNumber, forKey: .secondClassNumber)
  }

  /// Whether no output neuron has fired.
  var isSilent: Bool { !(rate > 0) }

  /// How an accuracy counts samples for which no output neuron fired.
  enum SilenceRule {
    /// As the first class, like PyTorch's argmax.
    case firstClass
    /// As wrong: there is no prediction.
    case wrong
  }

  /// Says how silent predictions count; `nil` where there are none.
  static func silenceText(count: Int, _ rule: SilenceRule, _ names: ClassNames) -> String? {
    guard count > 0 else { return nil }
    let subject =
      "\(counted(count, "silent prediction")) (no output neuron fired) "
      + (count == 1 ? "counts" : "count")
    return switch rule {
    case .firstClass:
      "\(subject) as the first class, \(plainText(names.title(of: 0))), as with PyTorch's argmax"
    case .wrong: "\(subject) as wrong ('dvstrain eval' counts them as the first class)"
    }
  }

  /// Whether this is the right class; a silent output predicts none.
  func isCorrect(_ label: Int) -> Bool { !isSilent && prediction == label }

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

internal import Terminal

/// The results of an epoch, a line of `metrics.jsonl`.
package struct EpochReport: Equatable, Sendable {
  /// The epoch, from 0.
  package var epoch: Int
  /// Optimizer steps at its end, since the start of training.
  package var stepCount: Int
  /// The learning rate with which it was trained.
  package var learningRate: Double
  /// The mean over its samples of their loss while it was trained.
  package var trainingLoss: Double
  /// The fraction of its samples classified correctly during training, 0 to 1.
  package var trainingAccuracy: Double
  /// The pass over held-out samples; `nil` where none are held out or it was not due.
  package var validation: EvaluationReport?
  /// The test pass; `nil` where it was not due or there are no test samples.
  package var test: EvaluationReport?
  /// The best accuracy so far on the samples that decide: validation samples where there are any.
  package var bestAccuracy: Double?
  /// The epoch that had it first.
  package var bestEpoch: Int?
  /// Whether the best accuracy is the held-out samples'.
  package var bestIsValidation: Bool
  /// Seconds of training; counted from the resumption if the run resumed within the epoch.
  package var trainingSeconds: Double
  /// Seconds of training and both passes.
  package var totalSeconds: Double
  /// Samples trained on in a second.
  package var samplesPerSecond: Double
  /// What ended the epoch, and where; `nil` in what was read of 0.1.0.
  package var machine: RunMachine?
  /// Seconds until the last epoch will be done; `nil` where that is unknown, and in what was read.
  package var secondsLeft: Double?

  /// The epoch in one line: first what SpikingJelly's tutorial prints, with the same names.
  package var line: String {
    var fields = [
      ("epoch", "\(epoch)"), ("train_loss", "\(trainingLoss)"),
      ("train_acc", "\(trainingAccuracy)"),
    ]
    if let validation {
      fields += [("val_loss", "\(validation.loss)"), ("val_acc", "\(validation.accuracy)")]
    }
    if let test {
      fields += [("test_loss", "\(test.loss)"), ("test_acc", "\(test.accuracy)")]
    }
    if let bestAccuracy { fields.append((bestName, "\(bestAccuracy)")) }
    fields += [
      ("total_time", decimalText(totalSeconds, digits: 3)),
      ("samples_per_second", decimalText(samplesPerSecond, digits: 2)),
    ]
    if let secondsLeft { fields.append(("time_left", durationText(seconds: secondsLeft))) }
    return fields.map { "\($0)=\($1)" }.joined(separator: ", ")
  }

  private var bestName: String { bestIsValidation ? "max_val_acc" : "max_test_acc" }

  /// The epoch's points for TensorBoard, with the tags of SpikingJelly's tutorial.
  var scalars: [(tag: String, value: Double)] {
    var scalars = [("train_loss", trainingLoss), ("train_acc", trainingAccuracy)]
    if let validation {
      scalars += [("val_loss", validation.loss), ("val_acc", validation.accuracy)]
    }
    if let test { scalars += [("test_loss", test.loss), ("test_acc", test.accuracy)] }
    return scalars
  }
}

/// The epoch as a line of `metrics.jsonl`.
extension EpochReport: Codable {
  private enum CodingKeys: String, CodingKey {
    case type, engine, epoch, processor, validation, test
    case bestAccuracyOfTest = "max_test_acc"
    case bestAccuracyOfValidation = "max_val_acc"
    case bestEpoch = "max_epoch"
    case learningRate = "learning_rate"
    case samplesPerSecond = "samples_per_second"
    case stepCount = "step"
    case testAccuracy = "test_acc"
    case testLoss = "test_loss"
    case totalSeconds = "total_time"
    case trainingAccuracy = "train_acc"
    case trainingLoss = "train_loss"
    case trainingSeconds = "train_time"
    case validationAccuracy = "val_acc"
    case validationLoss = "val_loss"
  }

  /// Encodes the epoch.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode("epoch", forKey: .type)
    try container.encode(epoch, forKey: .epoch)
    try container.encode(stepCount, forKey: .stepCount)
    try container.encode(learningRate, forKey: .learningRate)
    try container.encode(trainingLoss, forKey: .trainingLoss)
    try container.encode(trainingAccuracy, forKey: .trainingAccuracy)
    try container.encodeIfPresent(validation?.loss, forKey: .validationLoss)
    try container.encodeIfPresent(validation?.accuracy, forKey: .validationAccuracy)
    try container.encodeIfPresent(test?.loss, forKey: .testLoss)
    try container.encodeIfPresent(test?.accuracy, forKey: .testAccuracy)
    try container.encodeIfPresent(
      bestAccuracy, forKey: bestIsValidation ? .bestAccuracyOfValidation : .bestAccuracyOfTest)
    try container.encodeIfPresent(bestEpoch, forKey: .bestEpoch)
    try container.encode(totalSeconds, forKey: .totalSeconds)
    try container.encode(trainingSeconds, forKey: .trainingSeconds)
    try container.encode(samplesPerSecond, forKey: .samplesPerSecond)
    try container.encodeIfPresent(machine?.engine, forKey: .engine)
    try container.encodeIfPresent(machine?.processor, forKey: .processor)
    try container.encodeIfPresent(validation, forKey: .validation)
    try container.encodeIfPresent(test, forKey: .test)
  }

  /// Decodes an epoch.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    epoch = try container.decode(Int.self, forKey: .epoch)
    guard try container.decode(String.self, forKey: .type) == "epoch", epoch >= 0 else {
      throw DecodingError.dataCorruptedError(
        forKey: .type, in: container, debugDescription: "an epoch expected")
    }
    stepCount = try container.decode(Int.self, forKey: .stepCount)
    learningRate = try container.decode(Double.self, forKey: .learningRate)
    trainingLoss = try container.decode(Double.self, forKey: .trainingLoss)
    trainingAccuracy = try container.decode(Double.self, forKey: .trainingAccuracy)
    validation = try container.decodeIfPresent(EvaluationReport.self, forKey: .validation)
    test = try container.decodeIfPresent(EvaluationReport.self, forKey: .test)
    bestIsValidation = container.contains(.bestAccuracyOfValidation)
    bestAccuracy = try container.decodeIfPresent(
      Double.self, forKey: bestIsValidation ? .bestAccuracyOfValidation : .bestAccuracyOfTest)
    bestEpoch = try container.decodeIfPresent(Int.self, forKey: .bestEpoch)
    trainingSeconds = try container.decode(Double.self, forKey: .trainingSeconds)
    totalSeconds = try container.decode(Double.self, forKey: .totalSeconds)
    samplesPerSecond = try container.decode(Double.self, forKey: .samplesPerSecond)
    let engine = try container.decodeIfPresent(String.self, forKey: .engine)
    let processor = try container.decodeIfPresent(String.self, forKey: .processor)
    machine =
      if let engine, let processor {
        RunMachine(engine: engine, processor: processor)
      } else {
        nil
      }
    secondsLeft = nil
  }
}

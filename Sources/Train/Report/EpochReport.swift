internal import Terminal

/// The results of an epoch, a line of `metrics.jsonl`.
package struct EpochReport: Equatable, Sendable {
  /// The epoch, from 0.
  package var epoch: Int
  /// The number of optimizer steps from the start of training to the end of the epoch.
  package var stepCount: Int
  /// The learning rate of the epoch.
  package var learningRate: Double
  /// The mean loss over the epoch's samples during training.
  package var trainingLoss: Double
  /// The fraction of the epoch's samples classified correctly during training, 0 to 1.
  package var trainingAccuracy: Double
  /// The pass over held-out samples; `nil` if none are held out or no pass was due.
  package var validation: EvaluationReport?
  /// The pass over test samples; `nil` if there are none or no pass was due.
  package var test: EvaluationReport?
  /// The best accuracy so far, 0 to 1, on validation samples if there are any, else on test
  /// samples.
  package var bestAccuracy: Double?
  /// The first epoch with ``bestAccuracy``.
  package var bestEpoch: Int?
  /// Whether ``bestAccuracy`` is that of validation samples.
  package var bestIsValidation: Bool
  /// Seconds of training, without the evaluations; of an epoch that was resumed, since then.
  package var trainingSeconds: Double
  /// Seconds of training and of both evaluations.
  package var totalSeconds: Double
  /// Training samples per second.
  package var samplesPerSecond: Double
  /// The engine and processor on which the epoch ended; `nil` in files of 0.1.0.
  package var machine: RunMachine?
  /// The estimated seconds until the run is complete; `nil` if unknown.
  ///
  /// The estimate is not written to files.
  package var secondsLeft: Double?

  /// The epoch in one line, beginning with the values and names that SpikingJelly's tutorial
  /// prints.
  ///
  /// - Parameter digits: The number of significant digits; `nil` for exact numbers.
  package func line(digits: Int? = nil) -> String {
    func text(_ value: Double) -> String {
      digits.map { significantText(value, digits: $0) } ?? "\(value)"
    }
    var fields = [
      ("epoch", "\(epoch)"), ("train_loss", text(trainingLoss)),
      ("train_acc", text(trainingAccuracy)),
    ]
    if let validation {
      fields += [("val_loss", text(validation.loss)), ("val_acc", text(validation.accuracy))]
    }
    if let test {
      fields += [("test_loss", text(test.loss)), ("test_acc", text(test.accuracy))]
    }
    if let bestAccuracy { fields.append((bestName, text(bestAccuracy))) }
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

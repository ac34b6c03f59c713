internal import FoundationEssentials

/// What `metrics.jsonl` says of an epoch; see ``EpochReport``, which writes it.
public struct EpochRecord: Decodable, Equatable, Sendable {
  /// The epoch, from 0.
  public let epoch: Int
  /// Optimizer steps at its end, since the start of training.
  public let stepCount: Int
  /// The learning rate.
  public let learningRate: Double
  /// The mean loss of its samples.
  public let trainingLoss: Double
  /// The share of its samples that were told apart rightly.
  public let trainingAccuracy: Double
  /// The pass over held-out samples; `nil` where there was none.
  public let validation: EvaluationRecord?
  /// The test pass; `nil` where there was none.
  public let test: EvaluationRecord?
  /// Seconds of training and both passes.
  public let totalSeconds: Double
  /// Samples trained on in a second.
  public let samplesPerSecond: Double

  private enum CodingKeys: String, CodingKey {
    case epoch, validation, test
    case learningRate = "learning_rate"
    case samplesPerSecond = "samples_per_second"
    case stepCount = "step"
    case totalSeconds = "total_time"
    case trainingAccuracy = "train_acc"
    case trainingLoss = "train_loss"
  }

  /// Reads a line.
  ///
  /// - Returns: `nil` where it is none, damaged, or of a step.
  init?(line: some Collection<UInt8>) {
    guard let record = try? JSONDecoder().decode(Self.self, from: Data(line)) else { return nil }
    self = record
  }

  /// Takes over a report, as if its line had been read.
  init?(_ report: EpochReport) {
    guard let line = try? JSONEncoder().encode(report) else { return nil }
    self.init(line: line)
  }
}

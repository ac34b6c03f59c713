/// What an optimizer step came to, as a line of `metrics.jsonl`.
public struct StepReport: Encodable, Equatable, Sendable {
  /// The step, from 1, since the start of training.
  public var step: Int
  /// The epoch, from 0.
  public var epoch: Int
  /// The learning rate.
  public var learningRate: Double
  /// The mean loss of the step's batches, before the step.
  public var loss: Double
  /// The share of the step's samples that were told apart rightly.
  public var accuracy: Double
  /// Spikes of each layer in all samples and frames: five convolutions, two linear layers.
  public var spikeCounts: [Int]
  /// Seconds that the step took, and waiting for its frames with them.
  public var seconds: Double

  private enum CodingKeys: String, CodingKey {
    case type, step, epoch, loss, accuracy, seconds
    case learningRate = "learning_rate"
    case spikeCounts = "spikes"
  }

  /// Encodes the step.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode("step", forKey: .type)
    try container.encode(step, forKey: .step)
    try container.encode(epoch, forKey: .epoch)
    try container.encode(learningRate, forKey: .learningRate)
    try container.encode(loss, forKey: .loss)
    try container.encode(accuracy, forKey: .accuracy)
    try container.encode(spikeCounts, forKey: .spikeCounts)
    try container.encode(seconds, forKey: .seconds)
  }
}

/// The results of an optimizer step, a line of `metrics.jsonl`.
package struct StepReport: Encodable, Equatable, Sendable {
  /// The step, from 1, since the start of training.
  package var step: Int
  /// The epoch, from 0.
  package var epoch: Int
  /// The learning rate.
  package var learningRate: Double
  /// The mean loss of the step's batches, before the step.
  package var loss: Double
  /// The fraction of the step's samples classified correctly, 0 to 1.
  package var accuracy: Double
  /// Spikes of each layer in all samples and frames.
  package var spikeCounts: [Int]
  /// Seconds that the step took, and waiting for its frames with them.
  package var seconds: Double

  private enum CodingKeys: String, CodingKey {
    case type, step, epoch, loss, accuracy, seconds
    case learningRate = "learning_rate"
    case spikeCounts = "spikes"
  }

  /// Encodes the step.
  package func encode(to encoder: any Encoder) throws {
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

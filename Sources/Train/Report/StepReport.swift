/// The results of an optimizer step, a line of `metrics.jsonl`.
package struct StepReport: Encodable, Equatable, Sendable {
  /// The number of the step since the start of training, from 1.
  package var step: Int
  /// The epoch, from 0.
  package var epoch: Int
  /// The learning rate of the step.
  package var learningRate: Double
  /// The mean loss over the step's samples, before the update.
  package var loss: Double
  /// The fraction of the step's samples classified correctly, 0 to 1.
  package var accuracy: Double
  /// The total number of spikes of each layer, over all samples and frames.
  package var spikeCounts: [Int]
  /// The duration of the step in seconds, including the wait for frames.
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

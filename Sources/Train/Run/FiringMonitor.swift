internal import SpikingNetwork

/// Watches the spikes of a training, and says when a layer is silent or saturated.
///
/// Each layer is named when it is first found to be so, after 50 steps or an epoch.
final class FiringMonitor {
  /// The number of steps after which layers are checked within an epoch.
  static let stepInterval = 50

  private let network: NetworkDescription
  private let loss: Loss
  private var spikeCounts: [Int]
  private var sampleCount = 0
  private var stepCount = 0
  private var reportedSilent: Set<Int> = []
  private var reportedSaturated: Set<Int> = []

  /// Creates a monitor of a training that has taken no step.
  init(_ settings: TrainingSettings) {
    network = settings.network
    loss = settings.loss
    spikeCounts = Array(repeating: 0, count: settings.network.neuronLayers.count)
  }

  /// Adds the spikes of a step.
  ///
  /// - Parameters:
  ///   - sampleCount: The number of the step's samples.
  ///   - isLastOfEpoch: Whether the step ends an epoch.
  /// - Returns: A warning, if a check is due and finds another layer.
  func add(_ step: StepReport, sampleCount: Int, isLastOfEpoch: Bool) -> String? {
    for (layer, count) in step.spikeCounts.enumerated() { spikeCounts[layer] += count }
    self.sampleCount += sampleCount
    stepCount += 1
    guard isLastOfEpoch || stepCount == Self.stepInterval else { return nil }
    let samples = Double(self.sampleCount * network.frameCount)
    let layers = ExtremeLayers(
      firingRates: zip(spikeCounts, network.neuronLayers).map { spikes, layer in
        Double(spikes) / (Double(layer.neuronCount) * samples)
      })
    let span = stepCount == 1 ? "in 1 step" : "in \(stepCount) steps"
    for layer in spikeCounts.indices { spikeCounts[layer] = 0 }
    self.sampleCount = 0
    stepCount = 0
    guard
      !reportedSilent.isSuperset(of: layers.silent)
        || !reportedSaturated.isSuperset(of: layers.saturated),
      let text = layers.text(span, of: network, loss)
    else { return nil }
    reportedSilent.formUnion(layers.silent)
    reportedSaturated.formUnion(layers.saturated)
    return "epoch \(step.epoch): \(text); \(layers.advice)"
  }
}

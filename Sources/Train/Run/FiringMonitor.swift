internal import SpikingNetwork

/// Watches the spikes of a training, and says when a layer is silent or saturated.
///
/// Each layer is named when it is first found to be so, after 50 steps or an epoch, and once more
/// if it has been silent for ``ExtremeLayers/patientEpochCount`` epochs.
final class FiringMonitor {
  /// The number of steps after which layers are checked within an epoch.
  static let stepInterval = 50

  private let network: NetworkDescription
  private var spikeCounts: [Int]
  private var sampleCount = 0
  private var stepCount = 0
  private var reportedSilent: Set<Int> = []
  private var advisedSilent: Set<Int> = []
  private var reportedSaturated: Set<Int> = []
  /// The layers that have fired in the current epoch.
  private var firedInEpoch: Set<Int> = []
  /// For each layer, the last epochs in a row in which it was silent.
  private var silentEpochCounts: [Int]

  /// Creates a monitor of a training that has taken no step.
  init(_ settings: TrainingSettings) {
    network = settings.network
    spikeCounts = Array(repeating: 0, count: settings.network.neuronLayers.count)
    silentEpochCounts = spikeCounts
  }

  /// Adds the spikes of a step.
  ///
  /// - Parameters:
  ///   - sampleCount: The number of the step's samples.
  ///   - isLastOfEpoch: Whether the step ends an epoch.
  /// - Returns: A warning, if a check is due and finds something new.
  func add(_ step: StepReport, sampleCount: Int, isLastOfEpoch: Bool) -> String? {
    for (layer, count) in step.spikeCounts.enumerated() {
      spikeCounts[layer] += count
      if count > 0 { firedInEpoch.insert(layer) }
    }
    self.sampleCount += sampleCount
    stepCount += 1
    let lasting = isLastOfEpoch ? silentForLong() : []
    guard isLastOfEpoch || stepCount == Self.stepInterval else { return nil }
    let layers = extremeLayers()
    let span = stepCount == 1 ? "in 1 step" : "in \(stepCount) steps"
    for layer in spikeCounts.indices { spikeCounts[layer] = 0 }
    self.sampleCount = 0
    stepCount = 0
    return text(layers, lasting, span, epoch: step.epoch).map { "epoch \(step.epoch): \($0)" }
  }

  private func extremeLayers() -> ExtremeLayers {
    let samples = Double(sampleCount * network.frameCount)
    return ExtremeLayers(
      firingRates: zip(spikeCounts, network.neuronLayers).map { spikes, layer in
        Double(spikes) / (Double(layer.neuronCount) * samples)
      })
  }

  /// Ends an epoch.
  ///
  /// - Returns: The layers that have now been silent for long.
  private func silentForLong() -> [Int] {
    for layer in silentEpochCounts.indices {
      silentEpochCounts[layer] = firedInEpoch.contains(layer) ? 0 : silentEpochCounts[layer] + 1
    }
    firedInEpoch = []
    return silentEpochCounts.indices.filter {
      silentEpochCounts[$0] >= ExtremeLayers.patientEpochCount && !advisedSilent.contains($0)
    }
  }

  /// What is new about the layers; `nil` if nothing is.
  private func text(
    _ layers: ExtremeLayers, _ lasting: [Int], _ span: String, epoch: Int
  ) -> String? {
    let silent = Set(layers.silent).subtracting(reportedSilent).isEmpty ? [] : layers.silent
    let isSaturationNew = !reportedSaturated.isSuperset(of: layers.saturated)
    reportedSilent.formUnion(layers.silent)
    reportedSaturated.formUnion(layers.saturated)
    advisedSilent.formUnion(lasting)
    var parts: [String] = []
    if let text = ExtremeLayers.silentText(
      lasting, "has fired for \(ExtremeLayers.patientEpochCount) epochs", of: network)
    {
      parts.append("\(text): \(ExtremeLayers.silentAdvice)")
    } else if let text = ExtremeLayers.silentText(silent, "fired \(span)", of: network) {
      let isEarly = epoch < ExtremeLayers.patientEpochCount
      parts.append(isEarly ? "\(text): \(ExtremeLayers.silentComment)" : text)
    }
    if isSaturationNew, let text = layers.saturatedText(span, of: network) {
      parts.append("\(text): \(ExtremeLayers.saturatedAdvice)")
    }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }
}

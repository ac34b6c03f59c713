package import EventData
internal import FileAccess
internal import SpikingNetwork

extension TrainingSettings {
  /// The name of a run's folder: the name in SpikingJelly's tutorial, then settings that the
  /// tutorial does not have.
  ///
  /// - Parameters:
  ///   - split: The split rule of the cache.
  ///   - namesCUDANeurons: Whether `-cupy` was given.
  package func runName(_ split: FrameSplit, namesCUDANeurons: Bool = false) -> String {
    var parts = [
      "T_\(network.frameCount)", "b_\(batchSize)", network.runNamePart, optimizer.name,
      "lr_\(learningRate)",
    ]
    switch schedule {
    case .cosine(let halfPeriod): parts.append("CosALR_\(halfPeriod)")
    case .step(let size, let gamma): parts.append("StepLR_\(size)_\(gamma)")
    }
    if precision == .bfloat16 { parts.append("amp") }
    if namesCUDANeurons { parts.append("cupy") }
    return (parts + neuronNames + trainingNames(split)).joined(separator: "_")
  }

  /// Neuron and layer settings that differ from SpikingJelly's tutorial.
  private var neuronNames: [String] {
    let neuron = network.neuron
    let defaults = TrainingSettings().network
    var names: [String] = []
    let tau: Double
    switch neuron.membrane {
    case .fixed(let value): tau = value
    case .learned(let value):
      tau = value
      names.append("PLIF")
    }
    if tau != 2 { names.append("tau_\(tau)") }
    if neuron.threshold != defaults.neuron.threshold { names.append("vth_\(neuron.threshold)") }
    if let reset = neuron.resetPotential {
      if reset != 0 { names.append("vreset_\(reset)") }
    } else {
      names.append("soft")
    }
    if !neuron.detachesReset { names.append("attached") }
    if !neuron.decaysInput { names.append("nodecay") }
    if neuron.surrogate != defaults.neuron.surrogate {
      names.append("\(neuron.surrogate.kind.rawValue)_\(neuron.surrogate.alpha)")
    }
    if let pooling = network.gestureShorthand?.pooling, pooling != .maximum {
      names.append(pooling.rawValue)
    }
    if network.stepMode != defaults.stepMode { names.append(network.stepMode.rawValue) }
    if network.dropoutProbability != defaults.dropoutProbability {
      names.append("dropout_\(network.dropoutProbability)")
    }
    return names
  }

  /// Training and frame settings that differ from SpikingJelly's tutorial.
  private func trainingNames(_ split: FrameSplit) -> [String] {
    let defaults = TrainingSettings()
    var names: [String] = []
    switch optimizer {
    case .adam: break
    case .adamW(let weightDecay): if weightDecay != 0.01 { names.append("decay_\(weightDecay)") }
    case .sgd(let momentum): if momentum != 0.9 { names.append("momentum_\(momentum)") }
    }
    if loss != defaults.loss { names.append(loss.rawValue) }
    if accumulationCount != 1 { names.append("accumulate_\(accumulationCount)") }
    if seed != defaults.seed { names.append("seed_\(seed)") }
    if validationFraction > 0 { names.append("val_\(validationFraction)") }
    switch split {
    case .number: break
    case .time: names.append("time")
    case .duration(let microseconds): names.append("duration_\(microseconds)")
    }
    return names
  }
}

extension NetworkDescription {
  /// The layers: `c_128` as in the tutorial, or another network as in
  /// `net_c16MPx2-DPFC64-DPFC110-AP10`.
  ///
  /// Neurons and batch norm are omitted, since every layer has them. A long text is truncated and
  /// followed by a hash of the whole.
  fileprivate var runNamePart: String {
    if let channelCount = gestureShorthand?.channelCount { return "c_\(channelCount)" }
    let blocks = blocks
    let parts =
      blocks.convolutions.map { block in
        let pooling =
          switch block.pooling {
          case .maximum: "MP"
          case .average: "AP"
          case nil: ""
          }
        return "c\(block.output.channelCount)\(pooling)"
      }
      + blocks.linears.map { block in
        "\(block.dropoutIndex == nil ? "" : "DP")FC\(block.outputCount)"
      }
    var texts: [String] = []
    var rest = parts[...]
    while let first = rest.first {
      let count = rest.prefix { $0 == first }.count
      texts.append(count == 1 ? first : "\(first)x\(count)")
      rest = rest.dropFirst(count)
    }
    if neuronsPerClass > 1 { texts.append("AP\(neuronsPerClass)") }
    let text = texts.joined(separator: "-")
    guard text.utf8.count > 60 else { return "net_\(text)" }
    let hash = String(ContentHash.of(Array(text.utf8)), radix: 16)
    return "net_\(text.prefix(40))-\(hash)"
  }
}

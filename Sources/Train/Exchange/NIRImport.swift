internal import FileAccess
internal import NIRFiles
internal import SpikingNetwork

/// A graph of NIR as a network with weights.
///
/// A convolution's bias becomes batch norm's β, with γ 1, mean 0 and a variance of which the root
/// with ε is 1.
struct NIRImport {
  /// The network, in the order of labels that ``record`` says.
  let state: NetworkState
  /// What the network is, and its labels.
  let record: WeightsRecord
  /// Whether the graph says its labels, votes and time step.
  let saysItself: Bool

  /// The variance that gives a scale of exactly 1 in float32.
  static let unitVariance = 1 - Float(NetworkDescription.normEpsilon)

  /// Reads a graph.
  ///
  /// - Parameters:
  ///   - graph: The graph.
  ///   - timeStep: The time step in seconds; `nil` for what the graph says, or 1e-4.
  ///   - labels: The order of the labels, if the graph does not say; `nil` for the data set's.
  /// - Throws: ``FileContentError`` with the node that no network of ours has.
  init(_ graph: NIRGraph, timeStep: Double?, labels: LabelOrder?) throws(FileContentError) {
    typealias Key = NIRConstants.Key
    let recorded = try Self.record(of: graph)
    let timeStep =
      timeStep ?? graph.metadata[Key.timeStep].flatMap { Double($0) } ?? NIRConstants.timeStep
    guard timeStep.isFinite, timeStep > 0 else {
      throw FileContentError("metadata \(Key.timeStep)", "a time step over 0 s expected")
    }
    let chain = try NIRChainReader(try graph.chain(), timeStep: timeStep)
    let neuron = try Self.neuron(
      chain.neurons, timeStep, isParametric: recorded?.settings.network.neuron.isParametric)
    var settings = recorded?.settings ?? TrainingSettings()
    let neuronsPerClass =
      recorded?.settings.network.neuronsPerClass ?? Self.neuronsPerClass(chain.outputCount)
    let network: NetworkDescription
    do throws(NetworkDefect) {
      network = try NetworkDescription(
        input: chain.input, classCount: chain.outputCount / neuronsPerClass,
        layers: chain.layers
          + (neuronsPerClass == 1 ? [] : [.vote(neuronsPerClass: neuronsPerClass)]),
        neuron: neuron)
    } catch { throw FileContentError("", "a network that can be run expected: \(error.detail)") }
    if let recorded {
      guard recorded.settings.network.hasGraph(of: network) else {
        throw FileContentError(
          "metadata \(Key.record)",
          "the network \(recorded.settings.network.notation) that it says expected, "
            + "\(network.notation) found: the graph was changed; without this text it is read as it is"
        )
      }
    } else {
      settings.network = network
    }
    saysItself = recorded != nil
    state = NetworkState(of: settings.network, chain, timeStep)
    record = WeightsRecord(
      settings: settings, cache: recorded?.cache, epochCount: recorded?.epochCount,
      names: .pythonNet, labels: recorded?.labels ?? labels ?? .dataSet)
  }

  /// Ten neurons vote for each class of DVS128 Gesture, in all networks of the PLIF paper.
  private static func neuronsPerClass(_ outputCount: Int) -> Int {
    outputCount == 10 * NetworkDescription.gestureClassCount ? 10 : 1
  }

  private static func record(of graph: NIRGraph) throws(FileContentError) -> WeightsRecord? {
    guard let note = graph.metadata[NIRConstants.Key.record] else { return nil }
    do throws(Record.Defect) {
      return try WeightsRecord(try WeightsRecord.texts(ofNote: note))
    } catch {
      throw FileContentError(
        "metadata \(NIRConstants.Key.record)", "\(error.name): \(error.detail)")
    }
  }

  /// The one description of all neurons.
  private static func neuron(
    _ layers: [(name: String, node: NIRNeurons)], _ timeStep: Double, isParametric: Bool?
  ) throws(FileContentError) -> NeuronDescription {
    func fail(_ name: String, _ expected: String, _ found: String) -> FileContentError {
      FileContentError("node \(printable(name))", "\(expected) expected, \(found) found")
    }
    let first = layers[0].node
    var taus: [Double] = []
    for (name, node) in layers {
      guard node.threshold == first.threshold, node.resetPotential == first.resetPotential else {
        throw fail(
          name, "v_threshold \(first.threshold) and v_reset \(first.resetPotential), as before,",
          "\(node.threshold) and \(node.resetPotential)")
      }
      guard node.leakPotential == node.resetPotential else {
        throw fail(
          name, "v_leak \(node.resetPotential), as v_reset,", "\(node.leakPotential ?? 0)")
      }
      guard node.resetPotential < node.threshold else {
        throw fail(name, "v_reset below v_threshold (\(node.threshold))", "\(node.resetPotential)")
      }
      guard abs(node.threshold) < 1e30, abs(node.resetPotential) < 1e30 else {
        throw fail(name, "potentials of at most 1e30", "\(node.threshold), \(node.resetPotential)")
      }
      let tau = (node.tau ?? 0).inFrames(of: timeStep)
      guard tau > 1, tau < 1e9 else {
        throw fail(
          name, "a time constant of over 1 time step (dt \(timeStep) s)", "\(node.tau ?? 0) s")
      }
      taus.append(tau)
    }
    func keepsInput(_ index: Int) -> Bool { layers[index].node.resistance != 1 }
    for (index, (name, node)) in layers.enumerated() {
      guard
        node.resistance == 1 || abs(node.resistance - taus[index]) <= 1e-6 * taus[index],
        keepsInput(index) == keepsInput(0)
      else {
        throw fail(
          name, "r of 1 in all layers, or tau/dt (\(taus[index])) in all,", "\(node.resistance)")
      }
    }
    let areEqual = taus.allSatisfy { $0 == taus[0] }
    return NeuronDescription(
      membrane: isParametric ?? !areEqual
        ? .learned(initialTau: 2) : .fixed(tau: taus[0]), threshold: first.threshold,
      resetPotential: first.resetPotential, decaysInput: !keepsInput(0))
  }
}

extension Double {
  /// Seconds as a number of frames, rounded to 12 digits: a product with the time step, divided by
  /// it, is the same again.
  fileprivate func inFrames(of timeStep: Double) -> Double {
    let frames = self / timeStep
    let digits = (frames * 1e9).rounded() / 1e9
    return abs(digits - frames) <= 1e-12 * frames ? digits : frames
  }
}

extension NetworkDescription {
  /// Whether the network's graph is that of another, which has no dropout.
  fileprivate func hasGraph(of other: NetworkDescription) -> Bool {
    let hasSameTau =
      switch (neuron.membrane, other.neuron.membrane) {
      case (.fixed(let tau), .fixed(let found)): abs(tau - found) <= 1e-6 * tau
      case (.learned, .learned): true
      default: false
      }
    return input == other.input && classCount == other.classCount
      && layers.filter { $0 != .dropout }.map(\.withoutBias) == other.layers.map(\.withoutBias)
      && hasSameTau && neuron.threshold == other.neuron.threshold
      && neuron.resetPotential == other.neuron.resetPotential
      && neuron.decaysInput == other.neuron.decaysInput
  }
}

extension NetworkState {
  /// The weights of a chain of nodes.
  fileprivate init(
    of network: NetworkDescription, _ chain: NIRChainReader, _ timeStep: Double
  ) {
    self.init(initial: network, seed: 0)
    let blocks = network.blocks
    for (block, found) in zip(blocks.convolutions, chain.convolutions) {
      parameters[block.tensors.weight] = found.weight
      parameters[block.norm.bias] = found.bias
      statistics[block.norm.runningVariance] = found.bias.map { _ in NIRImport.unitVariance }
    }
    for (block, found) in zip(blocks.linears, chain.linears) {
      parameters[block.tensors.weight] = found.weight
      guard let bias = block.tensors.bias else { continue }
      parameters[bias] = found.bias ?? [Float](repeating: 0, count: block.outputCount)
    }
    let membranes =
      blocks.convolutions.map(\.tensors.membrane) + blocks.linears.map(\.tensors.membrane)
    for (index, neurons) in zip(membranes, chain.neurons) {
      guard let index else { continue }
      parameters[index] = [
        network.neuron.timeConstantWeight(tau: (neurons.node.tau ?? 2) / timeStep)
      ]
    }
  }
}

extension NeuronDescription {
  /// The w whose sigmoid is nearest to 1/τ.
  fileprivate func timeConstantWeight(tau: Double) -> Float {
    let target = 1 / tau
    func error(_ weight: Float) -> Double {
      abs(Double(constants(timeConstantWeight: weight).k) - target)
    }
    var description = self
    description.membrane = .learned(initialTau: tau)
    var best = description.initialMembraneWeight
    // The logarithm and its rounding are off by a few of the last digit.
    var (lower, upper) = (best, best)
    for _ in 0..<8 {
      (lower, upper) = (lower.nextDown, upper.nextUp)
      for candidate in [lower, upper] where error(candidate) < error(best) { best = candidate }
    }
    return best
  }
}

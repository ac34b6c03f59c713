import ArgumentParser
import FrameCache
import SpikingNetwork
import Train

/// The network; by default the one that suits the cache.
struct NetworkOptions: ParsableArguments {
  /// Channels of each convolution of the paper's network.
  static let defaultChannelCount = 128

  @Option(
    name: OptionName.frameCount.name, parsing: .unconditional,
    help: ArgumentHelp("Frames per sample. (default: 16)", valueName: "T"))
  var frameCount: Int?

  @Option(
    name: OptionName.net.name,
    help: ArgumentHelp(
      "A network of the PLIF paper (\(PaperNetwork.allCases.map(\.rawValue).joined(separator: ", "))), or layers in the "
        + "paper's notation, which replace -channels, -neuron and -pool. Default: the paper's network "
        + "for the cache's data set; else the tutorial's, for frames of 128×128 pixels and "
        + "\(NetworkDescription.gestureClassCount) classes '\(NetworkDescription().notation)', with "
        + "fewer poolings for smaller frames, and ten neurons per class in its last layer.",
      valueName: "text"))
  var net: String?

  @Option(
    name: OptionName.channels.name, parsing: .unconditional,
    help: ArgumentHelp("Channels of each convolution.", valueName: "N"))
  var channels = DefaultedOption(default: Self.defaultChannelCount)

  @Option(
    name: OptionName.neuron.name,
    help: ArgumentHelp("Neurons: PLIF learns one time constant per layer.", valueName: "LIF|PLIF"))
  var neuron = DefaultedOption(default: NeuronChoice.lif)

  @Option(
    name: OptionName.tau.name, parsing: .unconditional,
    help: ArgumentHelp(
      "Membrane time constant, in frames; with PLIF its initial value.", valueName: "tau"))
  var tau = 2.0

  @Option(
    name: OptionName.threshold.name, parsing: .unconditional,
    help: ArgumentHelp("Membrane potential at which a neuron fires.", valueName: "V"))
  var threshold = 1.0

  @Option(
    name: OptionName.resetPotential.name, parsing: .unconditional,
    help: ArgumentHelp(
      "Membrane potential after a spike; none subtracts the threshold instead (soft reset).",
      valueName: "V|none"))
  var resetPotential = ResetPotential(0)

  @Flag(exclusivity: .chooseLast) var resetGradient = ResetGradient.detached

  @Flag(exclusivity: .chooseLast) var inputDecay = InputDecay.decays

  @Option(
    name: OptionName.surrogate.name,
    help: ArgumentHelp(
      "Surrogate function of the spike.", valueName: "name"))
  var surrogate = Surrogate.Kind.atan

  @Option(
    name: OptionName.alpha.name, parsing: .unconditional,
    help: ArgumentHelp(
      "Steepness of the surrogate. (default: ATan 2, Sigmoid 4, PiecewiseQuadratic 1)",
      valueName: "A"))
  var alpha: Double?

  @Option(
    name: OptionName.pool.name,
    help: ArgumentHelp("Pooling of 2×2 spikes.", valueName: "max|avg"))
  var pooling = DefaultedOption(default: Pooling.maximum)

  @Option(
    name: OptionName.stepMode.name,
    help: ArgumentHelp(
      "Batch norm statistics over all frames (m, multi-step) or per frame (s, single-step).",
      valueName: "m|s"))
  var stepMode = StepMode.multiStep

  @Option(
    name: OptionName.dropout.name, parsing: .unconditional,
    help: ArgumentHelp(
      "Dropout probability before each linear layer in training; 0 turns it off.", valueName: "P"))
  var dropout = DefaultedOption(default: 0.5)

  func validate() throws {
    if let frameCount {
      try OptionName.frameCount.expect(1...65_535, frameCount, "frames")
    }
    try OptionName.channels.expect(1...4096, channels.value, "channels")
    let notation = try notation()
    for (option, isGiven) in [
      (OptionName.channels, channels.isGiven), (.neuron, neuron.isGiven), (.pool, pooling.isGiven),
    ] where notation != nil && isGiven {
      throw ValidationError(
        "-net already gives channels, neurons and pooling: leave out -\(option.rawValue)")
    }
    let learnsTau = notation?.isParametric ?? (neuron.value == .plif)
    try OptionName.tau.expect(
      learnsTau ? "a number over 1" : "a number of at least 1", tau,
      isMet: learnsTau ? tau > 1 : tau >= 1)
    try OptionName.threshold.expect("a number", threshold, isMet: true)
    try OptionName.resetPotential.expect(
      "a number below the threshold, \(threshold),", resetPotential.value ?? 0,
      isMet: resetPotential.value.map { $0 < threshold } ?? (threshold > 0))
    if let alpha { try OptionName.alpha.expect("a number over 0", alpha, isMet: alpha > 0) }
    try OptionName.dropout.expect(
      "a number from 0 to under 1", dropout.value, isMet: dropout.value >= 0 && dropout.value < 1)
    if let notation, dropout.isGiven, dropout.value > 0, !notation.layers.contains(.dropout) {
      throw ValidationError(
        "-dropout: -net has no DP, so nothing would be dropped: put DP in front of a linear "
          + "layer, or leave out -dropout")
    }
  }

  /// The network for a cache.
  ///
  /// - Throws: `ValidationError` where the options do not suit its frames and classes.
  func network(for cache: FrameCache) throws -> NetworkDescription {
    try network(
      cache.networkInput, classCount: cache.classCount, frameCount: cache.frameCount, of: cache)
  }

  /// The network for given frames and classes.
  ///
  /// - Parameters:
  ///   - frames: `nil` for the frame size of the data set that `-net` names, otherwise of DVS128
  ///     Gesture.
  ///   - classCount: `nil` for the number of classes of that data set.
  /// - Throws: `ValidationError` where the options do not suit them.
  func network(frames: FrameSize? = nil, classCount: Int? = nil) throws -> NetworkDescription {
    let named = paperNetwork ?? .gesture
    let input = frames?.input ?? named.input
    return try network(
      input, classCount: classCount ?? named.classCount,
      frameCount: frameCount ?? CacheRequest.defaultFrameCount)
  }

  func suggestion(_ input: ImageShape, _ classCount: Int) -> NetworkSuggestion {
    NetworkSuggestion(
      for: input, classCount: classCount, channelCount: channels.isGiven ? channels.value : nil,
      neuron: neuron.isGiven ? neuron.value : nil, pooling: pooling.isGiven ? pooling.value : nil)
  }

  private func network(
    _ input: ImageShape, classCount: Int, frameCount: Int, of cache: FrameCache? = nil
  ) throws -> NetworkDescription {
    let notation = try notation()
    let learnsTau = notation?.isParametric ?? (neuron.value == .plif)
    let description = neuronDescription(learnsTau: learnsTau)
    if let net, notation != nil {
      do throws(NotationError) {
        return try NetworkDescription(
          notation: net, input: input, classCount: classCount, frameCount: frameCount,
          neuron: description, stepMode: stepMode, dropoutProbability: dropout.value)
      } catch { throw ValidationError("-\(OptionName.net.rawValue): \(error)") }
    }
    let layers =
      try paperNetwork?.layers(
        channelCount: channels.value, pooling: pooling.value, classCount: classCount)
      ?? defaultLayers(input, classCount: classCount, of: cache)
    do throws(NetworkDefect) {
      return try NetworkDescription(
        input: input, classCount: classCount, layers: layers, frameCount: frameCount,
        neuron: description, stepMode: stepMode, dropoutProbability: dropout.value)
    } catch {
      throw ValidationError(
        "-net: \(error.detail), for frames of \(input) and \(classCount) classes: "
          + suggestion(input, classCount).words)
    }
  }

  /// The neurons.
  func neuronDescription(learnsTau: Bool) -> NeuronDescription {
    NeuronDescription(
      membrane: learnsTau ? .learned(initialTau: tau) : .fixed(tau: tau),
      threshold: threshold, resetPotential: resetPotential.value,
      detachesReset: resetGradient == .detached, decaysInput: inputDecay == .decays,
      surrogate: Surrogate(surrogate, alpha: alpha ?? surrogate.defaultAlpha))
  }

  /// The network of the paper that `-net` names.
  private var paperNetwork: PaperNetwork? {
    net.flatMap { PaperNetwork(named: $0) }
  }

  /// The layers that `-net` writes out; `nil` where it is missing or names a network.
  private func notation() throws -> NetworkNotation? {
    guard let net, paperNetwork == nil else { return nil }
    do throws(NotationError) { return try NetworkNotation(net) } catch {
      throw ValidationError("-\(OptionName.net.rawValue): \(error)")
    }
  }
}

/// The notation of `-net`, for the help of commands that take it.
let networkHelp = """
  -net, in quotes, takes a network in the PLIF paper's notation: 3×3 convolutions (cNk3s1), each followed by BN, \
  by LIF or PLIF, and optionally by 2×2 pooling (MPk2s2 or APk2s2); then linear layers (FCN, or FCNb with biases), each followed by \
  LIF or PLIF, and preceded by DP where dropout applies; finally APkVsV, the voting of V neurons per class: DVS128 \
  Gesture has \(NetworkDescription.gestureClassCount) classes. {…}*N repeats, and can be nested. nmnist, \
  cifar10-dvs and dvs128-gesture are the paper's networks; they take -channels, -neuron and -pool, and have as many \
  classes as the cache. Without -net, a cache of one of these data sets has the paper's network, and every other the \
  tutorial's, with as many of its five poolings as leave 4 pixels of the shorter side; sides that these do not \
  divide by 2 are refused.
  """

import ArgumentParser
import SpikingNetwork
import Train

/// Which network; without options the tutorial's.
struct NetworkOptions: ParsableArguments {
  @Option(
    name: OptionName.frameCount.name, parsing: .unconditional,
    help: ArgumentHelp("Frames of a sample. (default: 16)", valueName: "T"))
  var frameCount: Int?

  @Option(
    name: OptionName.net.name,
    help: ArgumentHelp(
      "The layers, as the PLIF paper writes them; instead of -channels, -neuron and -pool, which are "
        + "parts of the default '\(NetworkDescription().notation)'.",
      valueName: "text"))
  var net: String?

  @Option(
    name: OptionName.channels.name, parsing: .unconditional,
    help: ArgumentHelp("Channels of each convolution.", valueName: "N"))
  var channels = Shorthand(default: 128)

  @Option(
    name: OptionName.neuron.name,
    help: ArgumentHelp("Neurons: PLIF learns a time constant a layer.", valueName: "LIF|PLIF"))
  var neuron = Shorthand(default: NeuronChoice.lif)

  @Option(
    name: OptionName.tau.name, parsing: .unconditional,
    help: ArgumentHelp(
      "The membrane's time constant in frames; of PLIF the first one.", valueName: "tau"))
  var tau = 2.0

  @Option(
    name: OptionName.threshold.name, parsing: .unconditional,
    help: ArgumentHelp("The membrane's value that fires a spike.", valueName: "V"))
  var threshold = 1.0

  @Option(
    name: OptionName.resetPotential.name, parsing: .unconditional,
    help: ArgumentHelp(
      "The membrane's value after a spike; none subtracts the threshold.", valueName: "V|none"))
  var resetPotential = ResetPotential(0)

  @Flag(exclusivity: .chooseLast) var resetGradient = ResetGradient.detached

  @Flag(exclusivity: .chooseLast) var inputDecay = InputDecay.decays

  @Option(
    name: OptionName.surrogate.name,
    help: ArgumentHelp(
      "The spike's derivative: ATan, Sigmoid or PiecewiseQuadratic.", valueName: "name"))
  var surrogate = Surrogate.Kind.atan

  @Option(
    name: OptionName.alpha.name, parsing: .unconditional,
    help: ArgumentHelp(
      "How steep the derivative is. (default: ATan 2, Sigmoid 4, PiecewiseQuadratic 1)",
      valueName: "A"))
  var alpha: Double?

  @Option(
    name: OptionName.pool.name,
    help: ArgumentHelp("How 2×2 spikes become one value.", valueName: "max|avg"))
  var pooling = Shorthand(default: Pooling.maximum)

  @Option(
    name: OptionName.stepMode.name,
    help: ArgumentHelp(
      "Batch norm over all frames at once (m), or over each frame (s).", valueName: "m|s"))
  var stepMode = StepMode.multiStep

  @Option(
    name: OptionName.dropout.name, parsing: .unconditional,
    help: ArgumentHelp(
      "The share of inputs that each linear layer drops in training; 0 is off.", valueName: "P"))
  var dropout = Shorthand(default: 0.5)

  func validate() throws {
    if let frameCount {
      try OptionName.frameCount.expect(1...65_535, frameCount, "frames")
    }
    try OptionName.channels.expect(1...4096, channels.value, "channels")
    for (option, isGiven) in [
      (OptionName.channels, channels.isGiven), (.neuron, neuron.isGiven), (.pool, pooling.isGiven),
    ] where net != nil && isGiven {
      throw ValidationError(
        "-net says channels, neurons and pooling in its text: leave out -\(option.rawValue)")
    }
    let learnsTau =
      try net.map { try layers(of: $0).neuron.isParametric } ?? (neuron.value == .plif)
    try OptionName.tau.expect(
      learnsTau ? "a number over 1" : "a number of at least 1", tau,
      isMet: learnsTau ? tau > 1 : tau >= 1)
    try OptionName.threshold.expect("a number", threshold, isMet: true)
    try OptionName.resetPotential.expect(
      "a number under the threshold, \(threshold),", resetPotential.value ?? 0,
      isMet: resetPotential.value.map { $0 < threshold } ?? (threshold > 0))
    if let alpha { try OptionName.alpha.expect("a number over 0", alpha, isMet: alpha > 0) }
    try OptionName.dropout.expect(
      "a number from 0 to under 1", dropout.value, isMet: dropout.value >= 0 && dropout.value < 1)
    if let net, dropout.isGiven, dropout.value > 0, !(try layers(of: net).layers.contains(.dropout))
    {
      throw ValidationError(
        "-dropout: -net has no DP, so that nothing would be dropped: put DP in front of a linear "
          + "layer, or leave out -dropout")
    }
  }

  /// The network.
  ///
  /// - Parameter frameCount: T, where the cache decides it.
  func network(frameCount: Int? = nil) throws -> NetworkDescription {
    var network =
      try net.map(layers)
      ?? NetworkDescription(
        channelCount: channels.value, pooling: pooling.value)
    network.frameCount = frameCount ?? self.frameCount ?? CacheRequest.defaultFrameCount
    network.stepMode = stepMode
    network.dropoutProbability = dropout.value
    let learnsTau = net == nil ? neuron.value == .plif : network.neuron.isParametric
    network.neuron = NeuronDescription(
      membrane: learnsTau ? .learned(initialTau: tau) : .fixed(tau: tau),
      threshold: threshold, resetPotential: resetPotential.value,
      detachesReset: resetGradient == .detached, decaysInput: inputDecay == .decays,
      surrogate: Surrogate(surrogate, alpha: alpha ?? surrogate.defaultAlpha))
    return network
  }

  /// The network that a text describes, over the frames of a DVS128 and for the classes of its
  /// gestures.
  private func layers(of text: String) throws -> NetworkDescription {
    do throws(NotationError) {
      return try NetworkDescription(
        notation: text, input: NetworkDescription.gestureInput,
        classCount: NetworkDescription.gestureClassCount)
    } catch {
      throw ValidationError("-\(OptionName.net.rawValue): \(error)")
    }
  }
}

/// How `-net` is written, for the help of commands that have it.
let networkHelp = """
  -net, in quotes, takes a network as the PLIF paper writes it: 3×3 convolutions (cNk3s1), each with BN \
  and LIF or PLIF and, where 2×2 spikes are pooled, MPk2s2 or APk2s2; then linear layers (FCN), each \
  with LIF or PLIF, and DP in front of those whose inputs are dropped; at the end APkVsV, the vote of V \
  neurons for each of the \(NetworkDescription.gestureClassCount) classes. {…}*N repeats, also in other braces.
  """

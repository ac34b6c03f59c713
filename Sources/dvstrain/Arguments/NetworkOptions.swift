import ArgumentParser
import SpikingNetwork
import Train

/// Which network; without options the document's.
struct NetworkOptions: ParsableArguments {
  @Option(
    name: DocumentOption.frameCount.name, parsing: .unconditional,
    help: ArgumentHelp("Frames of a sample. (default: 16)", valueName: "T"))
  var frameCount: Int?

  @Option(
    name: DocumentOption.channels.name, parsing: .unconditional,
    help: ArgumentHelp("Channels of each convolution.", valueName: "N"))
  var channels = 128

  @Option(
    name: DocumentOption.neuron.name,
    help: ArgumentHelp("Neurons: PLIF learns a time constant a layer.", valueName: "LIF|PLIF"))
  var neuron = NeuronChoice.lif

  @Option(
    name: DocumentOption.tau.name, parsing: .unconditional,
    help: ArgumentHelp(
      "The membrane's time constant in frames; of PLIF the first one.", valueName: "tau"))
  var tau = 2.0

  @Option(
    name: DocumentOption.threshold.name, parsing: .unconditional,
    help: ArgumentHelp("The membrane's value that fires a spike.", valueName: "V"))
  var threshold = 1.0

  @Option(
    name: DocumentOption.resetPotential.name, parsing: .unconditional,
    help: ArgumentHelp(
      "The membrane's value after a spike; none subtracts the threshold.", valueName: "V|none"))
  var resetPotential = ResetPotential(0)

  @Flag(exclusivity: .chooseLast) var resetGradient = ResetGradient.detached

  @Flag(exclusivity: .chooseLast) var inputDecay = InputDecay.decays

  @Option(
    name: DocumentOption.surrogate.name,
    help: ArgumentHelp(
      "The spike's derivative: ATan, Sigmoid or PiecewiseQuadratic.", valueName: "name"))
  var surrogate = SurrogateChoice.atan

  @Option(
    name: DocumentOption.alpha.name, parsing: .unconditional,
    help: ArgumentHelp(
      "How steep the derivative is. (default: ATan 2, Sigmoid 4, PiecewiseQuadratic 1)",
      valueName: "A"))
  var alpha: Double?

  @Option(
    name: DocumentOption.pool.name,
    help: ArgumentHelp("How 2×2 spikes become one value.", valueName: "max|avg"))
  var pooling = Pooling.maximum

  @Option(
    name: DocumentOption.stepMode.name,
    help: ArgumentHelp(
      "Batch norm over all frames at once (m), or over each frame (s).", valueName: "m|s"))
  var stepMode = StepMode.multiStep

  @Option(
    name: DocumentOption.dropout.name, parsing: .unconditional,
    help: ArgumentHelp(
      "The share of inputs that each linear layer drops in training; 0 is off.", valueName: "P"))
  var dropout = 0.5

  func validate() throws {
    if let frameCount {
      try DocumentOption.frameCount.expect(1...65_535, frameCount, "frames")
    }
    try DocumentOption.channels.expect(1...4096, channels, "channels")
    try DocumentOption.tau.expect(
      neuron == .plif ? "a number over 1" : "a number of at least 1", tau,
      isMet: neuron == .plif ? tau > 1 : tau >= 1)
    try DocumentOption.threshold.expect("a number", threshold, isMet: true)
    try DocumentOption.resetPotential.expect(
      "a number under the threshold, \(threshold),", resetPotential.value ?? 0,
      isMet: resetPotential.value.map { $0 < threshold } ?? (threshold > 0))
    if let alpha { try DocumentOption.alpha.expect("a number over 0", alpha, isMet: alpha > 0) }
    try DocumentOption.dropout.expect(
      "a number from 0 to under 1", dropout, isMet: dropout >= 0 && dropout < 1)
  }

  /// The network.
  ///
  /// - Parameter frameCount: T, where the cache decides it.
  func network(frameCount: Int? = nil) -> NetworkDescription {
    NetworkDescription(
      frameCount: frameCount ?? self.frameCount ?? CacheRequest.defaultFrameCount,
      channelCount: channels,
      neuron: NeuronDescription(
        membrane: neuron == .plif ? .learned(initialTau: tau) : .fixed(tau: tau),
        threshold: threshold, resetPotential: resetPotential.value,
        detachesReset: resetGradient == .detached, decaysInput: inputDecay == .decays,
        surrogate: surrogate.surrogate(alpha: alpha ?? surrogate.defaultAlpha)),
      pooling: pooling, stepMode: stepMode, dropoutProbability: dropout)
  }
}

import SpikingNetwork

/// Small networks unlike the default one, which together cover all kinds of layers and shapes.
enum OtherNetworks {
  struct Network {
    let notation: String
    let input: ImageShape
    let classCount: Int
    var frameCount = 3
    var sampleCount = 2
    var neuron = NeuronDescription()
    var stepMode = StepMode.multiStep
    /// The seed for ``ExactWeights``, chosen so that all layers fire.
    var seed: UInt64 = 1

    func description() throws(NotationError) -> NetworkDescription {
      try NetworkDescription(
        notation: notation, input: input, classCount: classCount, frameCount: frameCount,
        neuron: neuron, stepMode: stepMode)
    }
  }

  static let all: [Network] = [
    // The network for N-MNIST, but narrower: 34 → 17 → 8.
    Network(
      notation: "{c24k3s1-BN-LIF-MPk2s2}*2-DP-FC32-LIF-DP-FC20-LIF-APk2s2",
      input: ImageShape(channelCount: 2, height: 34, width: 34), classCount: 10),
    // A rectangular image with one polarity; three classes, three blocks.
    Network(
      notation: "{c8k3s1-BN-LIF-MPk2s2}*3-FC24-LIF-FC6-LIF-APk2s2",
      input: ImageShape(channelCount: 1, height: 24, width: 40), classCount: 3),
    // Several convolutions before pooling; odd sizes.
    Network(
      notation: "{{c8k3s1-BN-PLIF}*3-MPk2s2}*2-DP-FC16-PLIF-FC12-PLIF-APk3s3",
      input: ImageShape(channelCount: 2, height: 13, width: 9), classCount: 4,
      stepMode: .singleStep),
    // After the first convolution, rows that do not fit in a 64-bit word; one polarity.
    Network(
      notation: "c8k3s1-BN-LIF-c16k3s1-BN-LIF-MPk2s2-FC8-LIF-APk4s4",
      input: ImageShape(channelCount: 1, height: 6, width: 70), classCount: 2, sampleCount: 3),
    Network(
      notation: "c3k3s1-BN-LIF-c5k3s1-BN-LIF-c4k3s1-BN-LIF-APk2s2-DP-FC10-LIF-APk2s2",
      input: ImageShape(channelCount: 2, height: 5, width: 130), classCount: 5, frameCount: 2),
    Network(
      notation: "{c8k3s1-BN-LIF}*2-MPk2s2-FC4-LIF",
      input: ImageShape(channelCount: 2, height: 9, width: 64), classCount: 4),
    Network(
      notation: "{c8k3s1-BN-LIF}*2-FC4-LIF",
      input: ImageShape(channelCount: 2, height: 2, width: 65), classCount: 4),
    // Decreasing and increasing numbers of channels; both kinds of pooling.
    Network(
      notation:
        "c40k3s1-BN-LIF-MPk2s2-c9k3s1-BN-LIF-APk2s2-c70k3s1-BN-LIF-MPk2s2-DP-FC24-LIF-FC6-LIF-APk2s2",
      input: ImageShape(channelCount: 2, height: 17, width: 20), classCount: 3, frameCount: 4,
      neuron: NeuronDescription(resetPotential: nil, detachesReset: false)),
    // A single convolution.
    Network(
      notation: "c33k3s1-BN-LIF-APk2s2-FC6-LIF",
      input: ImageShape(channelCount: 1, height: 7, width: 5), classCount: 6, sampleCount: 1,
      seed: 3),
    Network(
      notation: "c16k3s1-BN-PLIF-DP-FC3-PLIF",
      input: ImageShape(channelCount: 2, height: 2, width: 5), classCount: 3, sampleCount: 3,
      neuron: NeuronDescription(decaysInput: false)),
    // Linear layers with biases, and one without.
    Network(
      notation: "{c8k3s1-BN-PLIF-MPk2s2}*2-DP-FC40b-PLIF-FC35-PLIF-FC6b-PLIF-APk2s2",
      input: ImageShape(channelCount: 2, height: 9, width: 12), classCount: 3, sampleCount: 3,
      stepMode: .singleStep),
    // More time steps than the GPU's registers hold.
    Network(
      notation: "c4k3s1-BN-LIF-MPk2s2-FC33b-LIF-DP-FC4b-LIF",
      input: ImageShape(channelCount: 1, height: 8, width: 8), classCount: 4, frameCount: 18),
  ]
}

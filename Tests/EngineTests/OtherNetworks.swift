import SpikingNetwork

/// Networks that are unlike the default one, each small, and together all that layers and shapes
/// can do.
enum OtherNetworks {
  struct Network {
    let notation: String
    let input: ImageShape
    let classCount: Int
    var frameCount = 3
    var sampleCount = 2
    var neuron = NeuronDescription()
    var stepMode = StepMode.multiStep
    /// Of ``ExactWeights``: one with which all layers fire.
    var seed: UInt64 = 1

    func description() throws(NotationError) -> NetworkDescription {
      try NetworkDescription(
        notation: notation, input: input, classCount: classCount, frameCount: frameCount,
        neuron: neuron, stepMode: stepMode)
    }
  }

  static let all: [Network] = [
    // N-MNIST's, narrower: 34 → 17 → 8.
    Network(
      notation: "{c24k3s1-BN-LIF-MPk2s2}*2-DP-FC32-LIF-DP-FC20-LIF-APk2s2",
      input: ImageShape(channelCount: 2, height: 34, width: 34), classCount: 10),
    // A rectangle of one polarity, three classes, three blocks.
    Network(
      notation: "{c8k3s1-BN-LIF-MPk2s2}*3-FC24-LIF-FC6-LIF-APk2s2",
      input: ImageShape(channelCount: 1, height: 24, width: 40), classCount: 3),
    // Several convolutions in front of a pooling, of odd sides.
    Network(
      notation: "{{c8k3s1-BN-PLIF}*3-MPk2s2}*2-DP-FC16-PLIF-FC12-PLIF-APk3s3",
      input: ImageShape(channelCount: 2, height: 13, width: 9), classCount: 4,
      stepMode: .singleStep),
    // Rows behind the first convolution that no word of 64 bits holds; one polarity.
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
    // Fewer channels than before, and more; both poolings.
    Network(
      notation:
        "c40k3s1-BN-LIF-MPk2s2-c9k3s1-BN-LIF-APk2s2-c70k3s1-BN-LIF-MPk2s2-DP-FC24-LIF-FC6-LIF-APk2s2",
      input: ImageShape(channelCount: 2, height: 17, width: 20), classCount: 3, frameCount: 4,
      neuron: NeuronDescription(resetPotential: nil, detachesReset: false)),
    // One convolution.
    Network(
      notation: "c33k3s1-BN-LIF-APk2s2-FC6-LIF",
      input: ImageShape(channelCount: 1, height: 7, width: 5), classCount: 6, sampleCount: 1,
      seed: 3),
    Network(
      notation: "c16k3s1-BN-PLIF-DP-FC3-PLIF",
      input: ImageShape(channelCount: 2, height: 2, width: 5), classCount: 3, sampleCount: 3,
      neuron: NeuronDescription(decaysInput: false)),
  ]
}

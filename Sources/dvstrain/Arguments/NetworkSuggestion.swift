import SpikingNetwork

/// Suggests a network that suits frames and classes, for messages that ask for `-net`.
struct NetworkSuggestion {
  private let input: ImageShape
  private let classCount: Int
  private let channelCount: Int?
  private let neuron: NeuronChoice?
  private let pooling: Pooling?

  /// Makes a suggestion.
  ///
  /// - Parameters:
  ///   - input: The shape of a frame.
  ///   - classCount: Number of classes.
  ///   - channelCount: The value of `-channels`; `nil` where it was not given.
  ///   - neuron: The value of `-neuron`; `nil` where it was not given.
  ///   - pooling: The value of `-pool`; `nil` where it was not given.
  init(
    for input: ImageShape, classCount: Int, channelCount: Int? = nil, neuron: NeuronChoice? = nil,
    pooling: Pooling? = nil
  ) {
    self.input = input
    self.classCount = classCount
    self.channelCount = channelCount
    self.neuron = neuron
    self.pooling = pooling
  }

  /// What to type, as in `-net nmnist fits`.
  var words: String {
    if input == PaperNetwork.nmnist.input && isPaperNetworkPossible { return "-net nmnist fits" }
    // The notation contains them, and -net with a notation does not allow them.
    let given = [
      channelCount.map { _ in OptionName.channels }, neuron.map { _ in .neuron },
      pooling.map { _ in .pool },
    ].compactMap { $0 }.map { "-\($0.rawValue)" }
    let instead = given.isEmpty ? "" : " instead of \(given.joined(separator: ", "))"
    return "-net '\(notation)'\(instead) fits"
  }

  /// Whether the paper's network for N-MNIST can have this number of classes and channels.
  private var isPaperNetworkPossible: Bool {
    let layers = PaperNetwork.nmnist.layers(
      channelCount: channelCount ?? NetworkOptions.defaultChannelCount,
      pooling: pooling ?? .maximum,
      classCount: classCount)
    return
      (try? NetworkDescription(
        input: input, classCount: classCount, layers: layers, frameCount: 1)) != nil
  }

  /// Convolutions with pooling until the shorter side has at most seven pixels, then two linear
  /// layers.
  var notation: String {
    var side = min(input.height, input.width)
    var stageCount = 0
    while side >= 8 {
      side /= 2
      stageCount += 1
    }
    let spikes = (neuron ?? .lif).rawValue
    let stage = "c\(channelCount ?? 32)k3s1-BN-\(spikes)"
    let pooledStage = "\(stage)-\(pooling == .average ? "AP" : "MP")k2s2"
    let convolutions =
      stageCount == 0 ? stage : stageCount == 1 ? pooledStage : "{\(pooledStage)}*\(stageCount)"
    // Ten neurons vote for each class, as in the paper, unless the layer would exceed 65 536
    // outputs.
    let output =
      classCount <= 6553 ? "FC\(10 * classCount)-\(spikes)-APk10s10" : "FC\(classCount)-\(spikes)"
    return "\(convolutions)-DP-FC128-\(spikes)-DP-\(output)"
  }
}

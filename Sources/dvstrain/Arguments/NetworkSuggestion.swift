import SpikingNetwork

/// A network that suits frames and classes, for those who have to name one.
struct NetworkSuggestion {
  private let input: ImageShape
  private let classCount: Int
  private let channelCount: Int?
  private let neuron: NeuronChoice?
  private let pooling: Pooling?

  /// Looks for a network.
  ///
  /// - Parameters:
  ///   - input: A frame.
  ///   - classCount: How many classes there are.
  ///   - channelCount: That of `-channels`; `nil` where it was not given, and so on.
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
    // What a text says cannot be said beside it.
    let given = [
      channelCount.map { _ in OptionName.channels }, neuron.map { _ in .neuron },
      pooling.map { _ in .pool },
    ].compactMap { $0 }.map { "-\($0.rawValue)" }
    let instead = given.isEmpty ? "" : " instead of \(given.joined(separator: ", "))"
    return "-net '\(notation)'\(instead) fits"
  }

  /// Whether the paper's network for N-MNIST can have so many classes and channels.
  private var isPaperNetworkPossible: Bool {
    let layers = PaperNetwork.nmnist.layers(
      channelCount: channelCount ?? NetworkOptions.defaultChannelCount,
      pooling: pooling ?? .maximum,
      classCount: classCount)
    return
      (try? NetworkDescription(
        input: input, classCount: classCount, layers: layers, frameCount: 1)) != nil
  }

  /// Stages that pool, until four to seven pixels are left of the shorter side.
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
    // Ten neurons vote for each class, as in the paper, where a layer may have so many.
    let output =
      classCount <= 6553 ? "FC\(10 * classCount)-\(spikes)-APk10s10" : "FC\(classCount)-\(spikes)"
    return "\(convolutions)-DP-FC128-\(spikes)-DP-\(output)"
  }
}

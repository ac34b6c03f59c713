/// What a network consists of, layer by layer: shapes, parameters, and the multiplications of a sample.
public struct NetworkSummary: Equatable, Sendable {
  /// A layer, for one sample of T frames.
  public struct Layer: Equatable, Sendable {
    /// The layer's place in the document's step-by-step network, as in `conv.0`.
    public let name: String
    /// What it is, as in `Conv2d(2, 128, 3×3)`.
    public let kind: String
    /// Extents of what it gives: T first, where the frames are still apart.
    public let outputShape: [Int]
    /// Values that training changes.
    public let parameterCount: Int
    /// Multiplications with weights in a forward pass.
    public let forwardCount: Int
    /// Multiplications for the gradient of its weights.
    public let weightGradientCount: Int
    /// Multiplications for the gradient of its input; none for the first layer, whose input is data.
    public let inputGradientCount: Int
  }

  /// All layers, in the order in which a frame passes them.
  public let layers: [Layer]

  /// Summarizes a network.
  public init(of network: NetworkDescription) {
    var builder = NetworkSummaryBuilder(network)
    builder.addAll()
    layers = builder.layers
  }

  /// Values that training changes.
  public var parameterCount: Int { layers.reduce(0) { $0 + $1.parameterCount } }
  /// Multiplications with weights in a sample's forward pass.
  public var forwardCount: Int { layers.reduce(0) { $0 + $1.forwardCount } }
  /// Multiplications for the gradients of all weights.
  public var weightGradientCount: Int { layers.reduce(0) { $0 + $1.weightGradientCount } }
  /// Multiplications for the gradients of all layers' inputs.
  public var inputGradientCount: Int { layers.reduce(0) { $0 + $1.inputGradientCount } }
}

/// Puts the layers of a network together.
private struct NetworkSummaryBuilder {
  private(set) var layers: [NetworkSummary.Layer] = []
  private let network: NetworkDescription
  private let frameCount: Int

  init(_ network: NetworkDescription) {
    self.network = network
    frameCount = network.frameCount
  }

  mutating func addAll() {
    for stage in network.convolutions { add(stage) }
    let firstInput = network.linears[0].inputCount
    add("fc.0", "Flatten", [frameCount, firstInput])
    for stage in network.linears { add(stage) }
    add(
      "vote", "mean of \(NetworkDescription.voterCount)",
      [frameCount, NetworkDescription.classCount])
    add("rate", "mean of T", [NetworkDescription.classCount])
  }

  private mutating func add(_ stage: ConvolutionStage) {
    let place = 4 * stage.index
    let channels = stage.outputChannelCount
    let side = stage.sideLength
    let shape = [frameCount, channels, side, side]
    let weightCount = channels * stage.inputChannelCount * 9
    let count = weightCount * side * side * frameCount
    add(
      "conv.\(place)", "Conv2d(\(stage.inputChannelCount), \(channels), 3×3)", shape,
      parameters: weightCount, forward: count, inputGradient: stage.index == 0 ? 0 : count)
    add(
      "conv.\(place + 1)", "BatchNorm2d", shape, parameters: 2 * channels)
    addNeurons("conv.\(place + 2)", shape)
    let pooled = stage.pooledSideLength
    add(
      "conv.\(place + 3)", network.pooling == .maximum ? "MaxPool2d(2)" : "AvgPool2d(2)",
      [frameCount, channels, pooled, pooled])
  }

  private mutating func add(_ stage: LinearStage) {
    let place = 1 + 3 * stage.index
    let shape = [frameCount, stage.outputCount]
    let weightCount = stage.inputCount * stage.outputCount
    let count = weightCount * frameCount
    add(
      "fc.\(place)", "Dropout(\(network.dropoutProbability))", [frameCount, stage.inputCount])
    add(
      "fc.\(place + 1)", "Linear(\(stage.inputCount), \(stage.outputCount))", shape,
      parameters: weightCount, forward: count, inputGradient: count)
    addNeurons("fc.\(place + 2)", shape)
  }

  private mutating func addNeurons(_ name: String, _ shape: [Int]) {
    add(
      name, network.neuron.isParametric ? "PLIF" : "LIF", shape,
      parameters: network.neuron.isParametric ? 1 : 0)
  }

  private mutating func add(
    _ name: String, _ kind: String, _ shape: [Int], parameters: Int = 0, forward: Int = 0,
    inputGradient: Int = 0
  ) {
    // Each product of the forward pass has one in the gradient of the weights.
    layers.append(
      NetworkSummary.Layer(
        name: name, kind: kind, outputShape: shape, parameterCount: parameters,
        forwardCount: forward, weightGradientCount: forward, inputGradientCount: inputGradient))
  }
}

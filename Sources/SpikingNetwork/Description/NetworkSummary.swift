/// A network's layers with their shapes, parameter counts, and multiplications per sample.
public struct NetworkSummary: Equatable, Sendable {
  /// The summary of a layer, for one sample of T frames.
  public struct Layer: Equatable, Sendable {
    /// The layer's name in the tutorial's step-by-step network, as in `conv.0`.
    public let name: String
    /// The kind of layer, as in `Conv2d(2, 128, 3×3)`.
    public let kind: String
    /// The output's shape; T comes first, except after the mean over T.
    public let outputShape: [Int]
    /// Number of trainable values.
    public let parameterCount: Int
    /// Multiplications with weights in a forward pass.
    public let forwardCount: Int
    /// Multiplications for the gradient with respect to its weights.
    public let weightGradientCount: Int
    /// Multiplications for the gradient with respect to its input; 0 for the first layer, whose
    /// input is data.
    public let inputGradientCount: Int
  }

  /// All layers, in the order in which a frame passes them.
  public let layers: [Layer]

  /// Summarizes a network.
  public init(of network: NetworkDescription) {
    layers =
      network.shapedLayers.enumerated().map { number, shaped in
        network.summary(of: shaped, isFirst: number == 0)
      } + [Layer(name: "rate", kind: "mean of T", outputShape: [network.classCount])]
  }

  /// Number of trainable values.
  public var parameterCount: Int { layers.reduce(0) { $0 + $1.parameterCount } }
  /// Multiplications with weights in a sample's forward pass.
  public var forwardCount: Int { layers.reduce(0) { $0 + $1.forwardCount } }
  /// Multiplications for the gradients with respect to all weights.
  public var weightGradientCount: Int { layers.reduce(0) { $0 + $1.weightGradientCount } }
  /// Multiplications for the gradients with respect to all layers' inputs.
  public var inputGradientCount: Int { layers.reduce(0) { $0 + $1.inputGradientCount } }
}

extension NetworkSummary.Layer {
  /// - Parameter forwardCount: Also the count for the weights' gradient, which needs one product
  ///   for each of the forward pass.
  fileprivate init(
    name: String, kind: String, outputShape: [Int], parameterCount: Int = 0, forwardCount: Int = 0,
    inputGradientCount: Int = 0
  ) {
    self.name = name
    self.kind = kind
    self.outputShape = outputShape
    self.parameterCount = parameterCount
    self.forwardCount = forwardCount
    weightGradientCount = forwardCount
    self.inputGradientCount = inputGradientCount
  }
}

extension NetworkDescription {
  fileprivate func summary(of shaped: ShapedLayer, isFirst: Bool) -> NetworkSummary.Layer {
    let (input, output) = (shaped.input, shaped.output)
    var kind: String
    var parameterCount = 0
    var forwardCount = 0
    switch shaped.layer {
    case .convolution:
      kind = "Conv2d(\(input.channelCount), \(output.channelCount), 3×3)"
      parameterCount = output.channelCount * input.channelCount * 9
      forwardCount = parameterCount * output.pixelCount * frameCount
    case .batchNorm:
      kind = "BatchNorm2d"
      parameterCount = 2 * input.channelCount
    case .neurons:
      kind = neuron.isParametric ? "PLIF" : "LIF"
      parameterCount = neuron.isParametric ? 1 : 0
    case .pooling(let pooling): kind = pooling == .maximum ? "MaxPool2d(2)" : "AvgPool2d(2)"
    case .flatten: kind = "Flatten"
    case .dropout: kind = "Dropout(\(dropoutProbability))"
    case .linear(_, let hasBias):
      kind = "Linear(\(input.valueCount), \(output.valueCount)\(hasBias ? ", bias" : ""))"
      let weightCount = input.valueCount * output.valueCount
      parameterCount = weightCount + (hasBias ? output.valueCount : 0)
      forwardCount = weightCount * frameCount
    case .vote(let count): kind = "mean of \(count)"
    }
    return NetworkSummary.Layer(
      name: shaped.name, kind: kind,
      outputShape: [frameCount, output.channelCount]
        + (shaped.isFlat ? [] : [output.height, output.width]),
      parameterCount: parameterCount, forwardCount: forwardCount,
      inputGradientCount: isFirst ? 0 : forwardCount)
  }
}

/// A layer of neurons, for reports about its spikes.
public struct NeuronLayer: Equatable, Sendable {
  /// The name in reports, as in `conv 2` or `fc 1`.
  public let name: String
  /// Number of neurons.
  public let neuronCount: Int
  /// The maximum number of weights that one input spike of the convolution or linear layer reaches.
  public let fanOut: Int
  /// Multiplications per frame of the convolution or linear layer before the neurons.
  public let multiplicationCount: Int
  /// Whether the inputs of the convolution or linear layer are spikes, 0 or 1; otherwise event
  /// counts, or means of spikes after average pooling.
  public let takesSpikes: Bool
}

extension NetworkDescription {
  /// The layers of neurons: one for each convolution, then one for each linear layer.
  public var neuronLayers: [NeuronLayer] {
    let blocks = blocks
    return blocks.convolutions.map { block in
      NeuronLayer(
        name: "conv \(block.index + 1)", neuronCount: block.output.valueCount,
        fanOut: 9 * block.output.channelCount,
        multiplicationCount: 9 * block.input.channelCount * block.output.valueCount,
        takesSpikes: block.index > 0
          && blocks.convolutions[block.index - 1].pooling != .average)
    }
      + blocks.linears.map { block in
        NeuronLayer(
          name: "fc \(block.index + 1)", neuronCount: block.outputCount,
          fanOut: block.outputCount,
          multiplicationCount: block.inputCount * block.outputCount,
          takesSpikes: block.index > 0 || blocks.convolutions.last?.pooling != .average)
      }
  }
}

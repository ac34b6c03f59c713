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
}

extension NetworkDescription {
  /// The layers of neurons: one for each convolution, then one for each linear layer.
  public var neuronLayers: [NeuronLayer] {
    let blocks = blocks
    return blocks.convolutions.map { block in
      NeuronLayer(
        name: "conv \(block.index + 1)", neuronCount: block.output.valueCount,
        fanOut: 9 * block.output.channelCount,
        multiplicationCount: 9 * block.input.channelCount * block.output.valueCount)
    }
      + blocks.linears.map { block in
        NeuronLayer(
          name: "fc \(block.index + 1)", neuronCount: block.outputCount,
          fanOut: block.outputCount,
          multiplicationCount: block.inputCount * block.outputCount)
      }
  }
}

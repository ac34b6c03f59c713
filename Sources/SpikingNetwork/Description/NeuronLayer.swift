/// A layer of neurons of a network, for what is said of its spikes.
public struct NeuronLayer: Equatable, Sendable {
  /// Its name in reports, as in `conv 2` or `fc 1`.
  public let name: String
  /// Neurons of a frame.
  public let neuronCount: Int
  /// Weights that a spike which comes in meets at most.
  public let fanOut: Int
  /// Multiplications of the convolution or linear layer in front, for one frame.
  public let multiplicationCount: Int
}

extension NetworkDescription {
  /// The layers of neurons: one behind each convolution, one behind each linear layer.
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

/// A 3×3 convolution followed by batch norm, neurons and, optionally, pooling.
public struct ConvolutionBlock: Equatable, Sendable {
  /// Index among the convolutions, from 0.
  public let index: Int
  /// Shape of the convolution's input.
  public let input: ImageShape
  /// Shape of the output of the convolution and the neurons.
  public let output: ImageShape
  /// Shape after pooling; equal to ``output`` without pooling.
  public let pooled: ImageShape
  /// How spikes are pooled; `nil` without pooling.
  public let pooling: Pooling?
  /// Indices of the weights and of the neurons' w.
  public let tensors: TensorIndices
  /// Indices of batch norm's tensors.
  public let norm: NormIndices
}

/// A linear layer and its neurons, optionally with dropout before it.
public struct LinearBlock: Equatable, Sendable {
  /// Index among the linear layers, from 0.
  public let index: Int
  /// Inputs; those of the first layer are in the order channel, row, column.
  public let inputCount: Int
  /// Outputs.
  public let outputCount: Int
  /// Index of its dropout among the network's dropout layers; `nil` without dropout.
  public let dropoutIndex: Int?
  /// Indices of the weights and of the neurons' w.
  public let tensors: TensorIndices
}

/// A network's layers, grouped into the blocks that engines compute.
public struct NetworkBlocks: Equatable, Sendable {
  /// The convolutions, in order; at least one.
  public private(set) var convolutions: [ConvolutionBlock] = []
  /// The linear layers, in order; at least one.
  public private(set) var linears: [LinearBlock] = []
  /// Number of features of each dropout layer, in order.
  public private(set) var dropoutFeatureCounts: [Int] = []

  fileprivate init(_ network: NetworkDescription) {
    let layers = network.shapedLayers
    let offsets = network.tensorOffsets
    let isParametric = network.neuron.isParametric
    for (number, shaped) in layers.enumerated() {
      switch shaped.layer {
      case .convolution:
        // Batch norm and neurons follow, and perhaps a pooling.
        var pooling: Pooling?
        if number + 3 < layers.count, case .pooling(let kind) = layers[number + 3].layer {
          pooling = kind
        }
        convolutions.append(
          ConvolutionBlock(
            index: convolutions.count, input: shaped.input, output: shaped.output,
            pooled: pooling == nil ? shaped.output : layers[number + 3].output, pooling: pooling,
            tensors: TensorIndices(
              weight: offsets[number].parameter, bias: nil,
              membrane: isParametric ? offsets[number + 2].parameter : nil),
            norm: NormIndices(
              weight: offsets[number + 1].parameter,
              runningMean: offsets[number + 1].statistic)))
      case .dropout: dropoutFeatureCounts.append(shaped.input.valueCount)
      case .linear(_, let hasBias):
        linears.append(
          LinearBlock(
            index: linears.count, inputCount: shaped.input.valueCount,
            outputCount: shaped.output.valueCount,
            dropoutIndex: layers[number - 1].layer == .dropout
              ? dropoutFeatureCounts.count - 1 : nil,
            tensors: TensorIndices(
              weight: offsets[number].parameter,
              bias: hasBias ? offsets[number].parameter + 1 : nil,
              membrane: isParametric ? offsets[number + 1].parameter : nil)))
      case .batchNorm, .neurons, .pooling, .flatten, .vote: break
      }
    }
  }
}

extension NetworkDescription {
  /// The layers, grouped into the blocks that engines compute.
  public var blocks: NetworkBlocks { NetworkBlocks(self) }
}

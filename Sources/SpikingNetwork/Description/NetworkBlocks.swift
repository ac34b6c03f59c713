/// A 3×3 convolution, its batch norm, its neurons, and the pooling behind them where there is one.
public struct ConvolutionBlock: Equatable, Sendable {
  /// Its number among the convolutions, from 0.
  public let index: Int
  /// What it takes.
  public let input: ImageShape
  /// What its convolution gives, and its neurons.
  public let output: ImageShape
  /// What the pooling gives; the output where there is none.
  public let pooled: ImageShape
  /// How spikes are pooled.
  public let pooling: Pooling?
  /// Weights and membrane.
  public let tensors: TensorIndices
  /// Batch norm.
  public let norm: NormIndices
}

/// A linear layer and its neurons, with the dropout in front where there is one.
public struct LinearBlock: Equatable, Sendable {
  /// Its number among the linear layers, from 0.
  public let index: Int
  /// Inputs; of the first layer in the order channel, row, column.
  public let inputCount: Int
  /// Outputs.
  public let outputCount: Int
  /// The number of its dropout among the network's; `nil` where nothing is dropped.
  public let dropoutIndex: Int?
  /// Weights and membrane.
  public let tensors: TensorIndices
}

/// The layers as engines take them.
public struct NetworkBlocks: Equatable, Sendable {
  /// The convolutions, in order; at least one.
  public private(set) var convolutions: [ConvolutionBlock] = []
  /// The linear layers, in order; at least one.
  public private(set) var linears: [LinearBlock] = []
  /// Features of each dropout, in order.
  public private(set) var dropoutFeatureCounts: [Int] = []

  fileprivate init(_ network: NetworkDescription) {
    let layers = network.placedLayers
    let offsets = network.tensorOffsets
    let isParametric = network.neuron.isParametric
    for (number, placed) in layers.enumerated() {
      switch placed.layer {
      case .convolution:
        // Batch norm and neurons follow, and perhaps a pooling.
        var pooling: Pooling?
        if number + 3 < layers.count, case .pooling(let kind) = layers[number + 3].layer {
          pooling = kind
        }
        convolutions.append(
          ConvolutionBlock(
            index: convolutions.count, input: placed.input, output: placed.output,
            pooled: pooling == nil ? placed.output : layers[number + 3].output, pooling: pooling,
            tensors: TensorIndices(
              weight: offsets[number].parameter,
              membrane: isParametric ? offsets[number + 2].parameter : nil),
            norm: NormIndices(
              weight: offsets[number + 1].parameter,
              runningMean: offsets[number + 1].statistic)))
      case .dropout: dropoutFeatureCounts.append(placed.input.valueCount)
      case .linear:
        linears.append(
          LinearBlock(
            index: linears.count, inputCount: placed.input.valueCount,
            outputCount: placed.output.valueCount,
            dropoutIndex: layers[number - 1].layer == .dropout
              ? dropoutFeatureCounts.count - 1 : nil,
            tensors: TensorIndices(
              weight: offsets[number].parameter,
              membrane: isParametric ? offsets[number + 1].parameter : nil)))
      case .batchNorm, .neurons, .pooling, .flatten, .vote: break
      }
    }
  }
}

extension NetworkDescription {
  /// The layers grouped by what engines compute in one go.
  public var blocks: NetworkBlocks { NetworkBlocks(self) }
}

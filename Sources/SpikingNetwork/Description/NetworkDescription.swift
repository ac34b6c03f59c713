/// The network of the PLIF paper for DVS128 Gesture, with everything in it that can be chosen.
///
/// `{Conv3×3 – BN – neurons – pool 2×2}×5 – dropout – FC – neurons – dropout – FC – neurons – vote of 10 – mean of T`.
/// Source: Fang et al., ICCV 2021, figure 3 and table 1.
public struct NetworkDescription: Equatable, Sendable {
  /// T, the frames of a sample.
  public var frameCount: Int
  /// C, the channels of every convolution.
  public var channelCount: Int
  /// H = W of a frame: 128, the sensor's, but for tests; a multiple of 32.
  public var sideLength: Int
  /// The neurons of all layers.
  public var neuron: NeuronDescription
  /// How 2×2 spikes become one value.
  public var pooling: Pooling
  /// Which frames share their batch statistics.
  public var stepMode: StepMode
  /// The share of inputs that each of the two dropout layers drops in training.
  public var dropoutProbability: Double

  /// Describes a network; without arguments the document's.
  public init(
    frameCount: Int = 16, channelCount: Int = 128, sideLength: Int = 128,
    neuron: NeuronDescription = NeuronDescription(), pooling: Pooling = .maximum,
    stepMode: StepMode = .multiStep, dropoutProbability: Double = 0.5
  ) {
    precondition(frameCount >= 1, "T \(frameCount)")
    precondition(channelCount >= 1, "\(channelCount) channels")
    precondition(sideLength >= 32 && sideLength % 32 == 0, "side length \(sideLength)")
    precondition((0..<1).contains(dropoutProbability), "dropout \(dropoutProbability)")
    self.frameCount = frameCount
    self.channelCount = channelCount
    self.sideLength = sideLength
    self.neuron = neuron
    self.pooling = pooling
    self.stepMode = stepMode
    self.dropoutProbability = dropoutProbability
  }

  /// Gestures that are told apart.
  public static let classCount = 11
  /// Output neurons of each class, whose mean is the class's vote.
  public static let voterCount = 10
  /// Output neurons.
  public static let outputCount = classCount * voterCount
  /// Batch norm: what is added to a variance.
  public static let normEpsilon: Double = 1e-5
  /// Batch norm: the share of a new batch in the running statistics.
  public static let normMomentum: Double = 0.1

  /// The five convolutions, in order.
  public var convolutions: [ConvolutionStage] {
    (0..<5).map { index in
      ConvolutionStage(
        index: index, inputChannelCount: index == 0 ? 2 : channelCount,
        outputChannelCount: channelCount, sideLength: sideLength >> index)
    }
  }

  /// The two linear layers, in order.
  public var linears: [LinearStage] {
    let pooledSide = sideLength / 32
    let hiddenCount = 4 * channelCount
    return [
      LinearStage(
        index: 0, inputCount: channelCount * pooledSide * pooledSide, outputCount: hiddenCount),
      LinearStage(index: 1, inputCount: hiddenCount, outputCount: Self.outputCount),
    ]
  }

  /// Layers of neurons: one after each convolution and each linear layer.
  public static let neuronLayerCount = 7
}

/// How 2×2 spikes become one value.
public enum Pooling: String, Equatable, Sendable, CaseIterable {
  /// Their maximum; the gradient goes to the first of equal maxima in row-major order.
  case maximum = "max"
  /// Their mean.
  case average = "avg"
}

/// Which frames share their batch statistics in training.
public enum StepMode: String, Equatable, Sendable, CaseIterable {
  /// Layer by layer: statistics over T·N·H·W, one running update a batch.
  case multiStep = "m"
  /// Step by step: statistics over N·H·W of each frame, T running updates a batch.
  case singleStep = "s"
}

/// A 3×3 convolution with padding 1 and no bias, its batch norm, neurons and 2×2 pooling.
public struct ConvolutionStage: Equatable, Sendable {
  /// Its place, from 0.
  public let index: Int
  /// Channels in.
  public let inputChannelCount: Int
  /// Channels out.
  public let outputChannelCount: Int
  /// H = W of its input and, before pooling, its output.
  public let sideLength: Int

  /// H = W after pooling.
  public var pooledSideLength: Int { sideLength / 2 }
}

/// A linear layer without bias behind dropout, and its neurons.
public struct LinearStage: Equatable, Sendable {
  /// Its place, from 0.
  public let index: Int
  /// Inputs; of the first layer in the order channel, row, column.
  public let inputCount: Int
  /// Outputs.
  public let outputCount: Int
}

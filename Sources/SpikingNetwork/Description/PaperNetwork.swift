/// The networks of the PLIF paper, each for the frames of a data set.
///
/// `{cCk3s1-BN-LIF-MPk2s2}*S-DP-FCF-LIF-DP-FC10K-LIF-APk10s10` for K classes; they differ in their
/// stages S and in the first linear layer F.
/// Source: Fang et al., "Incorporating Learnable Membrane Time Constant to Enhance Learning of
/// Spiking Neural Networks", ICCV 2021, table 1.
public enum PaperNetwork: String, CaseIterable, Sendable {
  /// For DVS128 Gesture, 128×128: five stages.
  case gesture
  /// For CIFAR10-DVS, 128×128: four stages.
  case cifar10dvs
  /// For N-MNIST, 34×34: two stages.
  case nmnist

  /// A frame of its data set.
  public var input: ImageShape {
    switch self {
    case .gesture, .cifar10dvs: NetworkDescription.gestureInput
    case .nmnist: ImageShape(channelCount: 2, height: 34, width: 34)
    }
  }

  /// The classes of its data set.
  public var classCount: Int {
    switch self {
    case .gesture: NetworkDescription.gestureClassCount
    case .cifar10dvs, .nmnist: 10
    }
  }

  private var stageCount: Int {
    switch self {
    case .gesture: 5
    case .cifar10dvs: 4
    case .nmnist: 2
    }
  }

  /// Outputs of the first linear layer for each channel of a convolution.
  private var widening: Int {
    switch self {
    case .gesture, .cifar10dvs: 4
    case .nmnist: 16
    }
  }

  /// The layers.
  ///
  /// - Parameters:
  ///   - channelCount: C, the channels of every convolution; the paper has 128.
  ///   - pooling: How all stages pool.
  ///   - classCount: K, each with ten output neurons that vote.
  public func layers(channelCount: Int, pooling: Pooling, classCount: Int) -> [Layer] {
    let stage: [Layer] = [
      .convolution(channelCount: channelCount), .batchNorm, .neurons, .pooling(pooling),
    ]
    return (0..<stageCount).flatMap { _ in stage } + [
      .flatten, .dropout, .linear(outputCount: widening * channelCount), .neurons, .dropout,
      .linear(outputCount: classCount * 10), .neurons, .vote(neuronsPerClass: 10),
    ]
  }
}

/// The networks of the PLIF paper, each for a data set.
///
/// `{cCk3s1-BN-LIF-MPk2s2}*S-DP-FCF-LIF-DP-FC10K-LIF-APk10s10` for K classes. They differ in the
/// number S of blocks and the outputs F of the first linear layer. Source: Fang et al.,
/// "Incorporating Learnable Membrane Time Constant to Enhance Learning of Spiking Neural Networks",
/// ICCV 2021, table 1. For CIFAR10-DVS, the table and SpikingJelly 2.0.0's `CIFAR10DVSNet` have
/// F = 512; the authors' own code (`codes/models.py`, `create_2fc`) has a quarter of the inputs,
/// 2048.
///
/// The raw values are the names of their data sets in options.
public enum PaperNetwork: String, CaseIterable, Sendable {
  /// For DVS128 Gesture, 128×128: five blocks.
  case gesture = "dvs128-gesture"
  /// For CIFAR10-DVS, 128×128: four blocks.
  case cifar10DVS = "cifar10-dvs"
  /// For N-MNIST, 34×34: two blocks.
  case nmnist

  /// The network with a name; `gesture` and `cifar10dvs` are other names.
  ///
  /// - Parameter name: Case-insensitive.
  public init?(named name: String) {
    switch name.lowercased() {
    case Self.gesture.rawValue, "gesture": self = .gesture
    case Self.cifar10DVS.rawValue, "cifar10dvs": self = .cifar10DVS
    case Self.nmnist.rawValue: self = .nmnist
    default: return nil
    }
  }

  /// The shape of the data set's frames.
  public var input: ImageShape {
    switch self {
    case .gesture, .cifar10DVS: NetworkDescription.gestureInput
    case .nmnist: ImageShape(channelCount: 2, height: 34, width: 34)
    }
  }

  /// The number of classes of the data set.
  public var classCount: Int {
    switch self {
    case .gesture: NetworkDescription.gestureClassCount
    case .cifar10DVS, .nmnist: 10
    }
  }

  private var blockCount: Int {
    switch self {
    case .gesture: 5
    case .cifar10DVS: 4
    case .nmnist: 2
    }
  }

  /// Outputs of the first linear layer per channel of a convolution.
  private var widening: Int {
    switch self {
    case .gesture, .cifar10DVS: 4
    case .nmnist: 16
    }
  }

  /// The layers, with the sizes given here.
  ///
  /// - Parameters:
  ///   - channelCount: C, the channels of every convolution; the paper has 128.
  ///   - pooling: The pooling of all blocks.
  ///   - classCount: K; ten output neurons vote for each class.
  public func layers(channelCount: Int, pooling: Pooling, classCount: Int) -> [Layer] {
    let block: [Layer] = [
      .convolution(channelCount: channelCount), .batchNorm, .neurons, .pooling(pooling),
    ]
    return (0..<blockCount).flatMap { _ in block }
      + Layer.voters(hiddenCount: widening * channelCount, classCount: classCount)
  }
}

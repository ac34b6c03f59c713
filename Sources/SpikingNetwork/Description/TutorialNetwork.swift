/// The network of SpikingJelly's tutorial, with as many poolings as frames of a size can have.
///
/// `{cCk3s1-BN-LIF-MPk2s2}*S-DP-FC4C-LIF-DP-FC10K-LIF-APk10s10` for K classes. The tutorial has
/// frames of 128×128 pixels, which S = 5 poolings halve to 4×4. For other frames S is the largest
/// number up to 5 that leaves at least 4 pixels of the shorter side. Without any pooling there is
/// one convolution.
public struct TutorialNetwork: Equatable, Sendable {
  /// The shape of a frame.
  public let input: ImageShape
  /// S, the number of poolings by 2×2.
  public let poolingCount: Int

  private static let maximumPoolingCount = 5
  private static let minimumPooledSide = 4

  /// Determines the number of poolings for frames of a size.
  public init(for input: ImageShape) {
    self.input = input
    var side = min(input.height, input.width)
    var count = 0
    while count < Self.maximumPoolingCount, side >= 2 * Self.minimumPooledSide {
      side /= 2
      count += 1
    }
    poolingCount = count
  }

  /// What height and width must be multiples of, so that no pooling leaves out a row or a column:
  /// 2 to the power of ``poolingCount``.
  public var divisor: Int { 1 << poolingCount }

  /// Whether height and width are multiples of ``divisor``.
  public var isDivisible: Bool {
    input.height.isMultiple(of: divisor) && input.width.isMultiple(of: divisor)
  }

  /// The largest frame within this one with sides that are multiples of ``divisor``.
  ///
  /// It has the same number of poolings.
  public var divisibleInput: ImageShape {
    ImageShape(
      channelCount: input.channelCount, height: input.height / divisor * divisor,
      width: input.width / divisor * divisor)
  }

  /// The layers.
  ///
  /// - Parameters:
  ///   - channelCount: C, the channels of every convolution; the tutorial has 128.
  ///   - pooling: The pooling of all blocks.
  ///   - classCount: K; ten output neurons vote for each class.
  public func layers(channelCount: Int, pooling: Pooling, classCount: Int) -> [Layer] {
    let convolution: [Layer] = [
      .convolution(channelCount: channelCount), .batchNorm, .neurons,
    ]
    let convolutions =
      poolingCount == 0
      ? convolution
      : (0..<poolingCount).flatMap { _ in convolution + [.pooling(pooling)] }
    return convolutions
      + Layer.voters(hiddenCount: 4 * channelCount, classCount: classCount)
  }
}

extension Layer {
  /// The linear layers of the PLIF paper's networks: `DP-FCF-LIF-DP-FC10K-LIF-APk10s10`.
  ///
  /// - Parameters:
  ///   - hiddenCount: F, the outputs of the first one.
  ///   - classCount: K.
  static func voters(hiddenCount: Int, classCount: Int) -> [Layer] {
    [
      .flatten, .dropout, .linear(outputCount: hiddenCount), .neurons, .dropout,
      .linear(outputCount: classCount * 10), .neurons, .vote(neuronsPerClass: 10),
    ]
  }
}

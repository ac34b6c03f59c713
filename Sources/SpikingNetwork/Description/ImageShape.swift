/// The shape of a layer's input or output for one frame of one sample, in PyTorch's order.
///
/// A flat vector of features has a height and a width of 1.
public struct ImageShape: Hashable, Sendable {
  /// C, the number of channels.
  public let channelCount: Int
  /// H, in pixels.
  public let height: Int
  /// W, in pixels.
  public let width: Int

  /// Makes a shape; all extents are at least 1.
  public init(channelCount: Int, height: Int, width: Int) {
    precondition(
      channelCount >= 1 && height >= 1 && width >= 1, "shape \(channelCount)×\(height)×\(width)")
    self.channelCount = channelCount
    self.height = height
    self.width = width
  }

  /// The shape of a vector of features.
  public init(featureCount: Int) {
    self.init(channelCount: featureCount, height: 1, width: 1)
  }

  /// H·W.
  public var pixelCount: Int { height * width }
  /// C·H·W.
  public var valueCount: Int { channelCount * pixelCount }
}

extension ImageShape: CustomStringConvertible {
  /// The extents, as in `2×128×128`.
  public var description: String { "\(channelCount)×\(height)×\(width)" }
}

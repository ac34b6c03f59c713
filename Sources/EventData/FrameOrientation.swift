/// How frames are mirrored, and then turned.
public struct FrameOrientation: Equatable, Sendable {
  /// A turn clockwise, in degrees.
  public enum Rotation: Int, CaseIterable, Sendable {
    /// No turn.
    case none = 0
    /// To the right.
    case quarter = 90
    /// Upside down.
    case half = 180
    /// To the left.
    case threeQuarters = 270

    /// Whether width becomes height.
    public var swapsSides: Bool { self == .quarter || self == .threeQuarters }
  }

  /// Whether left and right are exchanged.
  public var flipsX: Bool
  /// Whether top and bottom are exchanged.
  public var flipsY: Bool
  /// The turn after that.
  public var rotation: Rotation

  /// Describes an orientation.
  public init(flipsX: Bool = false, flipsY: Bool = false, rotation: Rotation = .none) {
    self.flipsX = flipsX
    self.flipsY = flipsY
    self.rotation = rotation
  }

  /// That of the sensor.
  public static let sensor = FrameOrientation()

  /// Where a pixel of a frame of `width` and `height` goes.
  func applied(
    to pixel: Preprocessing.Pixel, _ width: Int, _ height: Int
  ) -> Preprocessing.Pixel {
    let x = flipsX ? width - 1 - pixel.x : pixel.x
    let y = flipsY ? height - 1 - pixel.y : pixel.y
    return switch rotation {
    case .none: Preprocessing.Pixel(x: x, y: y)
    case .quarter: Preprocessing.Pixel(x: height - 1 - y, y: x)
    case .half: Preprocessing.Pixel(x: width - 1 - x, y: height - 1 - y)
    case .threeQuarters: Preprocessing.Pixel(x: y, y: width - 1 - x)
    }
  }

  /// What is done, in words; empty for the sensor's orientation.
  var descriptions: [String] {
    (flipsX ? ["mirrored left to right"] : []) + (flipsY ? ["mirrored top to bottom"] : [])
      + (rotation == .none ? [] : ["turned by \(rotation.rawValue)°"])
  }
}

/// What is done to the pixels of a sensor before events are counted: the area that is kept, and how
/// many of its pixels go into one.
public struct Preprocessing: Equatable, Sendable {
  /// A pixel of the sensor.
  public struct Pixel: Equatable, Hashable, Sendable {
    /// Column, from the left.
    public var x: Int
    /// Row, from the top.
    public var y: Int

    /// Names a pixel.
    public init(x: Int, y: Int) {
      self.x = x
      self.y = y
    }
  }

  /// The first pixel that is kept.
  public var origin: Pixel

  /// The columns and rows that are kept.
  public var area: FrameShape

  /// Pixels of the area that go into one of a frame, along each axis.
  public var factor: (x: Int, y: Int) { (factorX, factorY) }

  /// Pixels whose events do not count.
  public var droppedPixels: [Pixel]

  private var factorX: Int
  private var factorY: Int

  /// Chooses what is done.
  public init(
    origin: Pixel, area: FrameShape, factor: (x: Int, y: Int), droppedPixels: [Pixel] = []
  ) {
    self.origin = origin
    self.area = area
    factorX = factor.x
    factorY = factor.y
    self.droppedPixels = droppedPixels
  }

  /// Nothing is done: a frame has each pixel of the sensor.
  public init(none sensor: FrameShape) {
    self.init(origin: Pixel(x: 0, y: 0), area: sensor, factor: (1, 1))
  }

  /// The pixels of a frame; a rest at the right and the lower edge has its own.
  public var frameShape: FrameShape {
    FrameShape(
      width: (area.width + factorX - 1) / factorX, height: (area.height + factorY - 1) / factorY)
  }
}

extension Preprocessing: CustomStringConvertible {
  /// As in `128×128 pixels from (0, 0), 2×2 to one, 3 dropped`.
  public var description: String {
    "\(area) pixels from (\(origin.x), \(origin.y)), \(factorX)×\(factorY) to one, "
      + "\(droppedPixels.count) dropped"
  }
}

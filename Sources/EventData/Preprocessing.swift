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
  public let origin: Pixel

  /// The columns and rows that are kept.
  public let area: FrameShape

  /// Pixels of the area that go into one of a frame, along each axis.
  public var factor: (x: Int, y: Int) { (factorX, factorY) }

  /// Pixels whose events do not count.
  public let droppedPixels: [Pixel]

  private let factorX: Int
  private let factorY: Int

  /// What of a choice does not fit the sensor.
  public enum Misfit: Error, Equatable {
    /// The columns or rows that are kept: none, or some that the sensor does not have.
    case area
    /// More pixels into one than are kept, or none.
    case factor
    /// A pixel that the sensor does not have.
    case pixel(Pixel)
  }

  /// Chooses what is done.
  ///
  /// - Parameters:
  ///   - columns: The sensor's columns that are kept.
  ///   - rows: The sensor's rows that are kept.
  ///   - sensor: What recorded the events.
  ///   - factor: Pixels of the area that go into one of a frame, along each axis: from 1 to all.
  ///   - droppedPixels: Pixels of the sensor whose events do not count.
  /// - Throws: ``Misfit`` for the first that does not fit the sensor.
  public init(
    columns: Range<Int>, rows: Range<Int>, of sensor: FrameShape, factor: (x: Int, y: Int) = (1, 1),
    droppedPixels: [Pixel] = []
  ) throws(Misfit) {
    let (allColumns, allRows) = (0..<sensor.width, 0..<sensor.height)
    guard !columns.isEmpty, !rows.isEmpty, columns.clamped(to: allColumns) == columns,
      rows.clamped(to: allRows) == rows
    else { throw .area }
    guard (1...columns.count).contains(factor.x), (1...rows.count).contains(factor.y) else {
      throw .factor
    }
    for pixel in droppedPixels where !allColumns.contains(pixel.x) || !allRows.contains(pixel.y) {
      throw .pixel(pixel)
    }
    origin = Pixel(x: columns.lowerBound, y: rows.lowerBound)
    area = FrameShape(width: columns.count, height: rows.count)
    factorX = factor.x
    factorY = factor.y
    self.droppedPixels = droppedPixels
  }

  /// Nothing is done: a frame has each pixel of the sensor.
  public init(none sensor: FrameShape) {
    origin = Pixel(x: 0, y: 0)
    area = sensor
    factorX = 1
    factorY = 1
    droppedPixels = []
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

/// Cropping, downsampling and pixel removal, applied to a sensor before events are counted.
public struct Preprocessing: Equatable, Sendable {
  /// A pixel of the sensor.
  public struct Pixel: Equatable, Hashable, Sendable {
    /// Column, from the left.
    public var x: Int
    /// Row, from the top.
    public var y: Int

    /// Creates a pixel.
    public init(x: Int, y: Int) {
      self.x = x
      self.y = y
    }
  }

  /// The upper left pixel of the kept area.
  public let origin: Pixel

  /// The size of the kept area.
  public let area: FrameShape

  /// Downsampling factors: pixels of the area combined into one frame pixel, along each axis.
  public var factor: (x: Int, y: Int) { (factorX, factorY) }

  /// Pixels whose events are ignored.
  public let droppedPixels: [Pixel]

  private let factorX: Int
  private let factorY: Int

  /// The parameter that does not fit the sensor.
  public enum Misfit: Error, Equatable {
    /// The kept columns or rows are empty, or extend outside the sensor.
    case area
    /// A factor is less than 1 or exceeds the kept area.
    case factor
    /// A dropped pixel lies outside the sensor.
    case pixel(Pixel)
  }

  /// Creates a validated preprocessing.
  ///
  /// - Parameters:
  ///   - columns: The columns to keep.
  ///   - rows: The rows to keep.
  ///   - sensor: The sensor that recorded the events.
  ///   - factor: Downsampling factors, from 1 to the size of the kept area.
  ///   - droppedPixels: Pixels of the sensor whose events are ignored.
  /// - Throws: ``Misfit`` for the first parameter that does not fit the sensor.
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

  /// No preprocessing: a frame has every pixel of the sensor.
  public init(none sensor: FrameShape) {
    origin = Pixel(x: 0, y: 0)
    area = sensor
    factorX = 1
    factorY = 1
    droppedPixels = []
  }

  /// The size of a frame, rounded up: a remainder at the right or lower edge gets its own pixels.
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

/// What is done to a sensor's events before they are counted into frames.
///
/// In this order: events of dropped pixels are left out, then those within a pixel's refractory
/// period, then those without a recent event next to them; the area is cut out, pixels are combined
/// into larger ones, and the frame is mirrored, then turned.
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

  /// How the frame is mirrored and turned.
  public var orientation = FrameOrientation.sensor

  /// Which events are left out by their times.
  public var timeFilters = TimeFilters.none

  /// The mean rate, in events per second, over which pixels were dropped; `nil` if they were
  /// chosen otherwise.
  public var hotPixelRate: Int?

  /// Valid rates over which pixels are dropped, in events per second.
  public static let hotPixelRates = 1...1_000_000

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
    let width = (area.width + factorX - 1) / factorX
    let height = (area.height + factorY - 1) / factorY
    return orientation.rotation.swapsSides
      ? FrameShape(width: height, height: width) : FrameShape(width: width, height: height)
  }

  /// The pixel of the frame in which a sensor's pixel is counted; `nil` outside the kept area.
  public func framePixel(of pixel: Pixel) -> Pixel? {
    let (x, y) = (pixel.x - origin.x, pixel.y - origin.y)
    guard (0..<area.width).contains(x), (0..<area.height).contains(y) else { return nil }
    let width = (area.width + factorX - 1) / factorX
    let height = (area.height + factorY - 1) / factorY
    return orientation.applied(to: Pixel(x: x / factorX, y: y / factorY), width, height)
  }
}

extension Preprocessing: CustomStringConvertible {
  /// As in `128×128 pixels from (0, 0), 2×2 to one, 3 dropped, mirrored left to right`.
  public var description: String {
    let rate = hotPixelRate.map { " for over \($0) events/s" } ?? ""
    let dropped = "\(droppedPixels.count) dropped\(rate)"
    return
      ([
        "\(area) pixels from (\(origin.x), \(origin.y)), \(factorX)×\(factorY) to one, \(dropped)"
      ] + orientation.descriptions + timeFilters.descriptions).joined(separator: ", ")
  }
}

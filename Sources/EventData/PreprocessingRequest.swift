/// What a user wants done to events before they are counted, for any sensor.
public struct PreprocessingRequest: Equatable, Sendable {
  /// The area to keep.
  public enum Crop: Equatable, Sendable {
    /// Everything.
    case none
    /// Columns from `x` and rows from `y`.
    case area(x: Int, y: Int, width: Int, height: Int)
    /// The middle of the sensor; if it cannot be exact, one pixel nearer to the upper left.
    case center(width: Int, height: Int)
  }

  /// How pixels are combined into larger ones.
  public enum Downsampling: Equatable, Sendable {
    /// This many columns, and as many rows, become one.
    case factor(Int)
    /// As many as give frames of this size, before they are turned.
    case size(width: Int, height: Int)
  }

  /// The area to keep.
  public var crop = Crop.none
  /// How pixels are combined.
  public var downsampling = Downsampling.factor(1)
  /// How frames are mirrored and turned.
  public var orientation = FrameOrientation.sensor
  /// Which events are left out by their times.
  public var timeFilters = TimeFilters.none
  /// The mean rate, in events per second, over which a pixel's events are left out; `nil` for none.
  public var hotPixelRate: Int?

  /// Requests nothing.
  public init() {}

  /// An option that does not fit the sensor.
  public struct Misfit: Error, Equatable, CustomStringConvertible {
    /// The option, what is expected, and what was found.
    public let description: String
  }

  /// What is done to the events of a sensor; `nil` for nothing.
  ///
  /// - Parameters:
  ///   - sensor: The sensor.
  ///   - hotPixels: Its pixels whose rate exceeds ``hotPixelRate``.
  /// - Throws: ``Misfit`` for the first option that does not fit the sensor.
  public func resolved(
    on sensor: FrameShape, hotPixels: [Preprocessing.Pixel] = []
  ) throws(Misfit) -> Preprocessing? {
    let (columns, rows) = try area(of: sensor)
    let factor = try factor(columns.count, rows.count)
    var result: Preprocessing
    do throws(Preprocessing.Misfit) {
      result = try Preprocessing(
        columns: columns, rows: rows, of: sensor, factor: factor,
        droppedPixels: hotPixels)
    } catch {
      preconditionFailure("\(error) of a checked request")
    }
    result.orientation = orientation
    result.timeFilters = timeFilters
    result.hotPixelRate = hotPixelRate
    return result == Preprocessing(none: sensor) ? nil : result
  }

  private func area(of sensor: FrameShape) throws(Misfit) -> (Range<Int>, Range<Int>) {
    let (x, y, width, height): (Int, Int, Int, Int)
    switch crop {
    case .none: return (0..<sensor.width, 0..<sensor.height)
    case .area(let left, let top, let columns, let rows):
      (x, y, width, height) = (left, top, columns, rows)
    case .center(let columns, let rows):
      (width, height) = (columns, rows)
      guard (1...sensor.width).contains(columns), (1...sensor.height).contains(rows) else {
        throw Misfit(
          description: "--crop: a middle of at most the sensor's \(sensor) pixels expected, "
            + "\(columns)×\(rows) found")
      }
      x = (sensor.width - columns) / 2
      y = (sensor.height - rows) / 2
    }
    guard (0..<sensor.width).contains(x), (0..<sensor.height).contains(y),
      (1...sensor.width - x).contains(width), (1...sensor.height - y).contains(height)
    else {
      throw Misfit(
        description: "--crop: a part of the sensor's \(sensor) pixels expected, "
          + "\(width)×\(height) from (\(x), \(y)) found")
    }
    return (x..<x + width, y..<y + height)
  }

  private func factor(_ width: Int, _ height: Int) throws(Misfit) -> (x: Int, y: Int) {
    switch downsampling {
    case .factor(let factor):
      guard (1...min(width, height)).contains(factor) else {
        throw Misfit(
          description: "--downsample: 1 to \(min(width, height)) pixels to one expected for an "
            + "area of \(width)×\(height), \(factor) found")
      }
      return (factor, factor)
    case .size(let newWidth, let newHeight):
      guard newWidth > 0, newHeight > 0, width % newWidth == 0, height % newHeight == 0 else {
        throw Misfit(
          description: "--downsample: a size that divides the area of \(width)×\(height) pixels "
            + "expected, \(newWidth)×\(newHeight) found; --crop makes the area smaller")
      }
      return (width / newWidth, height / newHeight)
    }
  }
}

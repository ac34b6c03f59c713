package import EventData
internal import FoundationEssentials

/// What was done to a sensor's events before they became the frames that a network was trained on.
package struct SensorPreprocessing: Equatable, Sendable {
  /// The sensor of the recordings.
  package let sensor: FrameShape
  /// What was done to its events.
  package let preprocessing: Preprocessing

  /// Describes the preprocessing of a sensor's events.
  package init(sensor: FrameShape, preprocessing: Preprocessing) {
    self.sensor = sensor
    self.preprocessing = preprocessing
  }
}

/// The JSON object of a checkpoint's record.
extension SensorPreprocessing {
  private struct Fields: Codable {
    /// Width and height.
    var sensor: [Int]
    /// Column, row, width and height.
    var area: [Int]
    /// Columns and rows that become one.
    var factor: [Int]
    /// Column and row of each.
    var droppedPixels: [[Int]]
    var flipsX: Bool
    var flipsY: Bool
    /// Degrees clockwise.
    var rotation: Int
    var refractoryMicroseconds: Int64
    var noiseMicroseconds: Int64
    var hotPixelRate: Int?

    private enum CodingKeys: String, CodingKey {
      case sensor, area, factor, rotation
      case droppedPixels = "dropped_pixels"
      case flipsX = "flip_x"
      case flipsY = "flip_y"
      case refractoryMicroseconds = "refractory_us"
      case noiseMicroseconds = "noise_us"
      case hotPixelRate = "hot_pixel_rate"
    }
  }

  /// One line of JSON.
  var json: String {
    let fields = Fields(
      sensor: [sensor.width, sensor.height],
      area: [
        preprocessing.origin.x, preprocessing.origin.y, preprocessing.area.width,
        preprocessing.area.height,
      ],
      factor: [preprocessing.factor.x, preprocessing.factor.y],
      droppedPixels: preprocessing.droppedPixels.map { [$0.x, $0.y] },
      flipsX: preprocessing.orientation.flipsX, flipsY: preprocessing.orientation.flipsY,
      rotation: preprocessing.orientation.rotation.rawValue,
      refractoryMicroseconds: preprocessing.timeFilters.refractoryMicroseconds,
      noiseMicroseconds: preprocessing.timeFilters.noiseMicroseconds,
      hotPixelRate: preprocessing.hotPixelRate)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // An encoder cannot fail on integers.
    let data = (try? encoder.encode(fields)) ?? Data()
    return String(decoding: data, as: UTF8.self)
  }

  /// Reads a line of JSON; `nil` if it is not that of a preprocessing that fits its sensor.
  init?(json: String) {
    let sides = FrameShape.sideLengths
    let coordinates = 0...sides.upperBound
    guard let fields = try? JSONDecoder().decode(Fields.self, from: Data(json.utf8)),
      fields.sensor.count == 2, fields.sensor.allSatisfy(sides.contains),
      fields.area.count == 4, fields.area.allSatisfy(coordinates.contains),
      fields.factor.count == 2,
      fields.droppedPixels.allSatisfy({ $0.count == 2 }),
      let rotation = FrameOrientation.Rotation(rawValue: fields.rotation),
      [fields.refractoryMicroseconds, fields.noiseMicroseconds].allSatisfy({
        $0 == 0 || TimeFilters.microseconds.contains($0)
      }),
      fields.hotPixelRate.map(Preprocessing.hotPixelRates.contains) ?? true
    else { return nil }
    let sensor = FrameShape(width: fields.sensor[0], height: fields.sensor[1])
    let area = fields.area
    let pixels = try? Preprocessing(
      columns: area[0]..<area[0] + area[2], rows: area[1]..<area[1] + area[3], of: sensor,
      factor: (fields.factor[0], fields.factor[1]),
      droppedPixels: fields.droppedPixels.map { Preprocessing.Pixel(x: $0[0], y: $0[1]) })
    guard var pixels else { return nil }
    pixels.orientation = FrameOrientation(
      flipsX: fields.flipsX, flipsY: fields.flipsY, rotation: rotation)
    pixels.timeFilters = TimeFilters(
      refractoryMicroseconds: fields.refractoryMicroseconds,
      noiseMicroseconds: fields.noiseMicroseconds)
    pixels.hotPixelRate = fields.hotPixelRate
    self.init(sensor: sensor, preprocessing: pixels)
  }
}

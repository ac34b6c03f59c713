internal import EventData
internal import HDF5Reading

extension Preprocessing {
  /// Reads the preprocessing of the sensor's pixels; `nil` if there was none.
  init?(_ root: HDF5GroupView, of sensor: FrameShape) throws(HDF5ReadingError) {
    let group = try root.group(CacheFormat.Pixels.group)
    let crop = try group.column(CacheFormat.Pixels.crop, UInt32.self, count: 4).map { Int($0) }
    let factor = try group.column(CacheFormat.Pixels.factor, UInt32.self, count: 2).map { Int($0) }
    let dropped = try group.dataset(CacheFormat.Pixels.dropped)
    try dropped.requireExtents([dropped.extents.first ?? 0, 2])
    let coordinates = try dropped.numbers(as: UInt32.self).map { Int($0) }
    func misfit(_ name: String, _ detail: String) -> HDF5ReadingError {
      HDF5ReadingError(.unexpected, "\(group.path)/\(name)", detail)
    }
    do throws(Misfit) {
      try self.init(
        columns: crop[0]..<crop[0] + crop[2], rows: crop[1]..<crop[1] + crop[3], of: sensor,
        factor: (factor[0], factor[1]),
        droppedPixels: stride(from: 0, to: coordinates.count, by: 2).map {
          Pixel(x: coordinates[$0], y: coordinates[$0 + 1])
        })
    } catch {
      switch error {
      case .area:
        throw misfit(
          CacheFormat.Pixels.crop, "an area of the sensor's \(sensor) expected, \(crop) found")
      case .factor:
        throw misfit(
          CacheFormat.Pixels.factor, "a part of \(crop[2])×\(crop[3]) expected, \(factor) found")
      case .pixel(let pixel):
        throw misfit(
          CacheFormat.Pixels.dropped,
          "pixels of the sensor's \(sensor) expected, (\(pixel.x), \(pixel.y)) found")
      }
    }
    orientation = try FrameOrientation(group)
    timeFilters = try TimeFilters(group)
    hotPixelRate = try Self.hotPixelRate(group)
    if self == Preprocessing(none: sensor) { return nil }
  }

  private static func hotPixelRate(_ group: HDF5GroupView) throws(HDF5ReadingError) -> Int? {
    let name = CacheFormat.Pixels.hotPixelRate
    guard let numbers = try group.columnIfPresent(name, UInt32.self, count: 1) else { return nil }
    let rate = Int(numbers[0])
    guard hotPixelRates.contains(rate) else {
      throw HDF5ReadingError(
        .unexpected, "\(group.path)/\(name)",
        "1 to \(hotPixelRates.upperBound) expected, \(rate) found")
    }
    return rate
  }
}

extension FrameOrientation {
  /// Reads how frames were mirrored and turned.
  fileprivate init(_ group: HDF5GroupView) throws(HDF5ReadingError) {
    let name = CacheFormat.Pixels.orientation
    guard let numbers = try group.columnIfPresent(name, UInt32.self, count: 3) else {
      self = .sensor
      return
    }
    guard numbers[0] <= 1, numbers[1] <= 1, let rotation = Rotation(rawValue: Int(numbers[2]))
    else {
      throw HDF5ReadingError(
        .unexpected, "\(group.path)/\(name)",
        "0 or 1 twice, and 0, 90, 180 or 270 expected, \(numbers) found")
    }
    self.init(flipsX: numbers[0] == 1, flipsY: numbers[1] == 1, rotation: rotation)
  }
}

extension TimeFilters {
  /// Reads which events were left out by their times.
  fileprivate init(_ group: HDF5GroupView) throws(HDF5ReadingError) {
    let name = CacheFormat.Pixels.timeFilters
    guard let times = try group.columnIfPresent(name, Int64.self, count: 2) else {
      self = .none
      return
    }
    for time in times where time != 0 && !Self.microseconds.contains(time) {
      throw HDF5ReadingError(
        .unexpected, "\(group.path)/\(name)",
        "0 to \(Self.microseconds.upperBound) expected, \(time) found")
    }
    self.init(refractoryMicroseconds: times[0], noiseMicroseconds: times[1])
  }
}

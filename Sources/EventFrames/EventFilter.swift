internal import EventData

/// Decides which events are counted, as far as each can be judged by itself, and in which cell.
struct EventFilter: Sendable {
  /// The sensor.
  let sensor: FrameShape
  let invalidEvents: InvalidEventPolicy
  /// Where events are counted; `nil` if a frame is as the sensor.
  let pixels: PixelMap?

  init(
    _ sensor: FrameShape, _ invalidEvents: InvalidEventPolicy, _ preprocessing: Preprocessing? = nil
  ) {
    self.sensor = sensor
    self.invalidEvents = invalidEvents
    pixels = preprocessing.map { PixelMap($0, sensor) }
  }

  /// The size of a frame.
  var frameShape: FrameShape { pixels?.frameShape ?? sensor }

  /// Whether an event is one of the sensor, before any preprocessing.
  func accepts(_ event: PolarityEvent) -> Bool {
    sensor.contains(event) && (event.isValid || invalidEvents == .keep)
  }

  /// Whether an event is read: filters of times see it.
  func reads(_ event: PolarityEvent) -> Bool { accepts(event) && readsPixel(of: event) }

  /// Whether an event that is accepted is not of a dropped pixel.
  func readsPixel(of event: PolarityEvent) -> Bool {
    pixels?.reads(event.y * sensor.width + event.x) ?? true
  }

  /// The index in a row-major frame of the cell in which an event that is read is counted; `nil`
  /// if it lies outside the kept area.
  func cell(of event: PolarityEvent) -> Int? {
    guard let pixels else { return sensor.cell(of: event) }
    guard let pixel = pixels.framePixel(of: event.y * sensor.width + event.x) else { return nil }
    return (event.isOn ? pixels.frameShape.pixelCount : 0) + pixel
  }

  /// Whether it counts every event of a summary.
  func keepsAll(_ summary: PolaritySummary) -> Bool {
    summary.outsideCount == 0 && (summary.invalidCount == 0 || invalidEvents == .keep)
      && pixels?.leavesOut != true
  }
}

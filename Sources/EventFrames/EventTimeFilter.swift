internal import EventData

/// Leaves out events of one sample because of the times of others.
///
/// The noise filter is tonic's, event for event. The refractory period is, too, but for the first
/// event of a pixel, which always counts; tonic leaves it out at time 0.
///
/// Source: tonic 1.7.0, `functional/denoise.py` and `functional/refractory_period.py`.
struct EventTimeFilter: Sendable {
  private let sensor: FrameShape
  private let filters: TimeFilters
  /// The time of the last event of each pixel; empty without a refractory period.
  private var lastTimes: [Int64] = []
  /// Until when an event of each pixel supports those next to it; empty without a noise filter.
  private var supportEnds: [Int64] = []

  /// Makes a filter; `nil` if it would leave out nothing.
  init?(_ preprocessing: Preprocessing?, _ sensor: FrameShape) {
    guard let filters = preprocessing?.timeFilters, filters != .none else { return nil }
    self.sensor = sensor
    self.filters = filters
    start()
  }

  /// Forgets all events, for the next sample.
  mutating func start() {
    if filters.refractoryMicroseconds > 0 {
      lastTimes = Array(repeating: .min, count: sensor.pixelCount)
    }
    if filters.noiseMicroseconds > 0 {
      // As in tonic, whose events of the first microseconds all have support.
      supportEnds = Array(repeating: filters.noiseMicroseconds, count: sensor.pixelCount)
    }
  }

  /// Whether an event of the sensor stays; it is noted for those after it in any case.
  mutating func keeps(_ event: PolarityEvent) -> Bool {
    let pixel = event.y * sensor.width + event.x
    let time = event.timestampMicroseconds
    if !lastTimes.isEmpty {
      let last = lastTimes[pixel]
      lastTimes[pixel] = time
      if last != .min && time &- last <= filters.refractoryMicroseconds { return false }
    }
    if supportEnds.isEmpty { return true }
    supportEnds[pixel] = time &+ filters.noiseMicroseconds
    return (event.x > 0 && supportEnds[pixel - 1] > time)
      || (event.x < sensor.width - 1 && supportEnds[pixel + 1] > time)
      || (event.y > 0 && supportEnds[pixel - sensor.width] > time)
      || (event.y < sensor.height - 1 && supportEnds[pixel + sensor.width] > time)
  }
}

public import EventData

/// Which events of a sample its frames count, and at which pixels of a frame.
///
/// First ``reads(_:)`` takes the events that matter; then ``counted(_:)`` takes these in the order
/// of the recording, after ``start()``.
public struct CountedEvents: Sendable {
  private let filter: EventFilter
  private var timeFilter: EventTimeFilter?

  /// Makes a filter.
  ///
  /// - Parameters:
  ///   - sensor: The sensor.
  ///   - invalidEvents: Whether events marked as invalid count.
  ///   - preprocessing: What is done to the sensor's events.
  public init(
    on sensor: FrameShape, invalidEvents: InvalidEventPolicy, preprocessing: Preprocessing? = nil
  ) {
    filter = EventFilter(sensor, invalidEvents, preprocessing)
    timeFilter = EventTimeFilter(preprocessing, sensor)
  }

  /// Whether an event counts as far as it can be judged by itself, or matters to filters of times.
  public func reads(_ event: PolarityEvent) -> Bool {
    filter.reads(event) && (timeFilter != nil || filter.cell(of: event) != nil)
  }

  /// Forgets all events, for the next sample.
  public mutating func start() { timeFilter?.start() }

  /// An event that is read, at its pixel of the frame; `nil` if it does not count.
  public mutating func counted(_ event: PolarityEvent) -> PolarityEvent? {
    if timeFilter?.keeps(event) == false { return nil }
    guard let cell = filter.cell(of: event) else { return nil }
    let shape = filter.frameShape
    let pixel = cell % shape.pixelCount
    return PolarityEvent(
      x: pixel % shape.width, y: pixel / shape.width, isOn: event.isOn,
      timestampMicroseconds: event.timestampMicroseconds)
  }
}

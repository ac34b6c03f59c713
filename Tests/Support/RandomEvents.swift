package import EventData

/// Random events on DVS128's sensor, sorted by time as in a conforming recording.
///
/// - Parameters:
///   - count: The number of events.
///   - microseconds: The range of their times; several events may have the same time.
///   - generator: The source of random numbers.
package func randomEvents(
  count: Int, in microseconds: Range<Int64>, using generator: inout some RandomNumberGenerator
) -> [PolarityEvent] {
  let times = (0..<count).map { _ in Int64.random(in: microseconds, using: &generator) }.sorted()
  return times.map { time in
    PolarityEvent(
      x: Int.random(in: 0..<FrameShape.dvs128.width, using: &generator),
      y: Int.random(in: 0..<FrameShape.dvs128.height, using: &generator),
      isOn: Bool.random(using: &generator), timestampMicroseconds: time)
  }
}

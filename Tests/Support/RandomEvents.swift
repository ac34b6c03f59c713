package import EventData

/// Random events on the sensor, in the order of their times, as a conforming recording has them.
///
/// - Parameters:
///   - count: How many.
///   - microseconds: Their times; equal ones occur.
///   - generator: Where the numbers come from.
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

import EventData

/// A simple reference implementation of frames, which `FrameCounter` is tested against.
///
/// - Parameters:
///   - events: All events of the recording, in the order of the file.
///   - shape: The sensor.
///   - window: The sample's window, in microseconds.
///   - split: How events are divided into frames.
///   - invalidEvents: Whether events marked as invalid count.
/// - Returns: The counts `[T, 2, H, W]`, row-major, and the earliest and the latest time of each
///   frame's events, -1 for a frame without any.
func referenceFrames(
  of events: [PolarityEvent], on shape: FrameShape, window: Range<Int64>, split: FrameSplit,
  invalidEvents: InvalidEventPolicy
) -> (counts: [Int], starts: [Int64], ends: [Int64]) {
  let kept = events.filter { event in
    window.contains(event.timestampMicroseconds) && event.x < shape.width && event.y < shape.height
      && (event.isValid || invalidEvents == .keep)
  }
  let times = kept.map(\.timestampMicroseconds)
  let span = referenceSpan(of: times)
  let frameOfEvent: [Int]
  let frameCount: Int
  switch split {
  case .number(let count):
    frameCount = count
    let eventsPerFrame = kept.count / count
    frameOfEvent = kept.indices.map { index in
      eventsPerFrame == 0 ? count - 1 : min(index / eventsPerFrame, count - 1)
    }
  case .time(let count):
    frameCount = count
    let length = (span.upperBound - span.lowerBound) / Int64(count)
    frameOfEvent = times.map { time in
      length == 0 ? count - 1 : min(max(Int((time - span.lowerBound) / length), 0), count - 1)
    }
  case .duration(let microseconds):
    let length = Double(span.upperBound - span.lowerBound)
    let count = kept.isEmpty ? 0 : max(1, Int((length / Double(microseconds)).rounded(.up)))
    frameCount = count
    frameOfEvent = times.map { time in
      min(max(Int((time - span.lowerBound) / microseconds), 0), count - 1)
    }
  }
  var frames = [Int](repeating: 0, count: frameCount * 2 * shape.height * shape.width)
  var starts = [Int64](repeating: -1, count: frameCount)
  var ends = starts
  for (event, frame) in zip(kept, frameOfEvent) {
    let time = event.timestampMicroseconds
    starts[frame] = starts[frame] < 0 ? time : min(starts[frame], time)
    ends[frame] = max(ends[frame], time)
    let row = (frame * 2 + (event.isOn ? 1 : 0)) * shape.height + event.y
    frames[row * shape.width + event.x] += 1
  }
  return (frames, starts, ends)
}

/// From the earliest to the latest time, without stretches between jumps of the clock (over 60 s,
/// or back by over 1 s) that have less than 1 % of the events; 0...0 without times.
func referenceSpan(of times: [Int64]) -> ClosedRange<Int64> {
  var stretches: [[Int64]] = []
  for time in times {
    if let previous = stretches.last?.last, time - previous <= 60_000_000,
      previous - time <= 1_000_000
    {
      stretches[stretches.count - 1].append(time)
    } else {
      stretches.append([time])
    }
  }
  let deciding = stretches.filter { 100 * $0.count >= times.count }.joined()
  guard let earliest = deciding.min(), let latest = deciding.max() else { return 0...0 }
  return earliest...latest
}

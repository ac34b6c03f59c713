import EventData

/// A simple reference implementation of frames, which `FrameCounter` is tested against.
///
/// - Parameters:
///   - events: All events of the recording, in the order of the file.
///   - shape: The sensor.
///   - window: The sample's window, in microseconds.
///   - split: How events are divided into frames.
///   - invalidEvents: Whether events marked as invalid count.
/// - Returns: The counts `[T, 2, H, W]`, row-major.
func referenceFrames(
  of events: [PolarityEvent], on shape: FrameShape, window: Range<Int64>, split: FrameSplit,
  invalidEvents: InvalidEventPolicy
) -> [Int] {
  let kept = events.filter { event in
    window.contains(event.timestampMicroseconds) && event.x < shape.width && event.y < shape.height
      && (event.isValid || invalidEvents == .keep)
  }
  let times = kept.map(\.timestampMicroseconds)
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
    let length = kept.isEmpty ? 0 : max(0, times[times.count - 1] - times[0]) / Int64(count)
    frameOfEvent = times.map { time in
      length == 0 ? count - 1 : min(max(Int((time - times[0]) / length), 0), count - 1)
    }
  case .duration(let microseconds):
    let span = kept.isEmpty ? 0 : Double(max(0, times[times.count - 1] - times[0]))
    let count = kept.isEmpty ? 0 : max(1, Int((span / Double(microseconds)).rounded(.up)))
    frameCount = count
    frameOfEvent = times.map { time in
      min(max(Int((time - times[0]) / microseconds), 0), count - 1)
    }
  }
  var frames = [Int](repeating: 0, count: frameCount * 2 * shape.height * shape.width)
  for (event, frame) in zip(kept, frameOfEvent) {
    let row = (frame * 2 + (event.isOn ? 1 : 0)) * shape.height + event.y
    frames[row * shape.width + event.x] += 1
  }
  return frames
}

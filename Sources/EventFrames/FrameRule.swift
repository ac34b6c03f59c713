internal import EventData

/// Assigns the events of one sample to frames: a ``FrameSplit`` applied to the sample's counts and
/// times.
///
/// Source: SpikingJelly 2.0.0, `datasets/utils.py`, `cal_fixed_frames_number_segment_index` and
/// `integrate_events_by_fixed_duration`.
struct FrameRule: Equatable {
  enum Kind: Equatable {
    /// Frame `i` begins with event number `i · eventsPerFrame`; the last takes the remainder.
    case byRank(eventsPerFrame: Int)
    /// Frame `i` begins at time `start + i · length`; with a length of 0 all events go to the last
    /// frame.
    case byTime(start: Int64, length: Int64)
  }

  let kind: Kind

  /// Number of frames of the sample.
  let frameCount: Int

  init(_ split: FrameSplit, _ tally: WindowTally) {
    frameCount = split.frameCount(of: tally)
    let span = tally.clock.span ?? 0...0
    switch split {
    case .number(let frameCount):
      kind = .byRank(eventsPerFrame: tally.eventCount / frameCount)
    case .time(let frameCount):
      kind = .byTime(
        start: span.lowerBound, length: (span.upperBound - span.lowerBound) / Int64(frameCount))
    case .duration(let microseconds):
      kind = .byTime(start: span.lowerBound, length: microseconds)
    }
  }

  /// The frame of event number `rank`, and the number of the first event after that frame.
  func frame(ofRank rank: Int, eventsPerFrame: Int) -> (frame: Int, endRank: Int) {
    guard eventsPerFrame > 0 else { return (frameCount - 1, .max) }
    let frame = min(rank / eventsPerFrame, frameCount - 1)
    return (frame, frame == frameCount - 1 ? .max : (frame + 1) * eventsPerFrame)
  }

  /// The frame of a time, and all times of that frame.
  ///
  /// Times before the first frame belong to the first, times after the last frame to the last.
  func frame(
    ofTime time: Int64, start: Int64, length: Int64
  ) -> (frame: Int, times: Range<Int64>) {
    guard length > 0 else { return (frameCount - 1, .min..<(.max)) }
    let number = time < start ? 0 : (time - start) / length
    let frame = min(Int(number), frameCount - 1)
    let lower = frame == 0 ? Int64.min : start + Int64(frame) * length
    let upper = frame == frameCount - 1 ? Int64.max : start + Int64(frame + 1) * length
    return (frame, lower..<upper)
  }
}

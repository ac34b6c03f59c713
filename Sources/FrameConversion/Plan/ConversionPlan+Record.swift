internal import EventData
internal import EventFrames
internal import FrameCache

extension ConversionPlan {
  /// What the cache stores about a sample, besides its frames.
  func record(of job: Job, _ counted: FrameCounter.Result) -> SampleRecord {
    let sample = self.sample(of: job)
    let recording = dataSet.recordings[job.recording]
    let padding = repeatElement(Int64(-1), count: frameCount - counted.frameCount)
    return SampleRecord(
      label: UInt16(sample.label), name: sample.name, recording: recording.name,
      attributes: sample.attributes ?? recording.attributes,
      windowMicroseconds: sample.microseconds(in: scans[job.recording].statistics),
      eventCount: UInt32(counted.eventCount), frameCount: UInt32(counted.frameCount),
      frameStartMicroseconds: counted.frameStarts + padding,
      frameEndMicroseconds: counted.frameEnds + padding)
  }
}

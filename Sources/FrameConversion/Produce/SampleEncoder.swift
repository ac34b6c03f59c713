internal import EventData
internal import EventFrames
internal import FrameCache
internal import Threads

/// A sample whose compressed frames are ready to be written.
struct EncodedSample: Sendable {
  let record: SampleRecord
  /// The compressed frames; `nil` when a count did not fit the element type.
  let chunk: [UInt8]?
  let stageSeconds: StageSeconds

  /// Approximate memory use.
  var byteCount: Int {
    (chunk?.count ?? 0) + MemoryLayout<Int64>.size * 2 * record.frameStartMicroseconds.count
  }
}

/// Encodes samples from their recordings; each thread has its own.
final class SampleEncoder: @unchecked Sendable {
  // Safe: each encoder is used by a single thread.
  private let plan: ConversionPlan
  private var counter: FrameCounter
  private var encoder: ChunkEncoder

  init(_ plan: ConversionPlan, _ elementType: ElementType) {
    self.plan = plan
    counter = FrameCounter(plan.dataSet.schema.sensor, invalidEvents: plan.settings.invalidEvents)
    encoder = ChunkEncoder(
      elementType: elementType,
      elementCount: plan.frameCount * plan.frameShape.cellCount,
      level: plan.settings.compressionLevel)
  }

  /// Counts and compresses the frames of a sample.
  ///
  /// - Throws: ``DataSetError`` when the recording has changed since it was scanned.
  func encode(
    _ job: ConversionPlan.Job, from recording: borrowing RecordingContents
  ) throws(DataSetError) -> EncodedSample {
    let clock = ContinuousClock()
    let begin = clock.now
    let scan = plan.scans[job.recording]
    guard recording.byteCount == scan.byteCount, recording.identity == scan.identity else {
      throw DataSetError(recording.path, .whole, "the recording has changed while it was read")
    }
    let sample = plan.sample(of: job)
    let result = try counter.count(
      recording, window: sample.scannedMicroseconds, tally: plan.tally(of: job),
      split: plan.settings.split)
    var stageSeconds = StageSeconds()
    stageSeconds.read = Double(result.readNanoseconds) * 1e-9
    stageSeconds.count = clock.seconds(since: begin) - stageSeconds.read
    let compressBegin = clock.now
    let chunk = encoder.encode(
      counter.counts.prefix(result.frameCount * plan.frameShape.cellCount))
    stageSeconds.compress = clock.seconds(since: compressBegin)
    return EncodedSample(
      record: record(sample, job, result), chunk: chunk, stageSeconds: stageSeconds)
  }

  private func record(
    _ sample: RecordingSample, _ job: ConversionPlan.Job, _ result: FrameCounter.Result
  ) -> SampleRecord {
    let recording = plan.dataSet.recordings[job.recording]
    let padding = repeatElement(Int64(-1), count: plan.frameCount - result.frameCount)
    return SampleRecord(
      label: UInt16(sample.label), name: sample.name, recording: recording.name,
      attributes: recording.attributes,
      windowMicroseconds: sample.microseconds(
        in: plan.scans[job.recording].statistics),
      eventCount: UInt32(result.eventCount), frameCount: UInt32(result.frameCount),
      frameStartMicroseconds: result.frameStarts + padding,
      frameEndMicroseconds: result.frameEnds + padding)
  }
}

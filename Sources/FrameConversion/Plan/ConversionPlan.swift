internal import EventData
internal import EventFrames
internal import FrameCache
internal import SystemPackage

/// What a conversion will do: the samples of the cache and their indices, derived from the scanned
/// recordings.
struct ConversionPlan: Sendable {
  /// A sample to be written to the cache.
  struct Job: Sendable {
    /// Index of the sample's recording in the data set.
    let recording: Int
    /// Index of its window in the recording.
    let window: Int
    /// Its split and index in the cache.
    let sample: SampleIndex
  }

  let dataSet: any EventDataSet
  let settings: CacheSettings
  /// The scan of each recording, in data-set order.
  let scans: [RecordingScan]
  /// All samples, in the order in which they are read and written.
  let jobs: [Job]
  /// T, the frames of every sample in the cache, padding included.
  let frameCount: Int
  /// Width and height of a frame.
  let frameShape: FrameShape
  /// The requested number of threads, reduced to what fits in memory.
  let threadCount: Int

  /// Assigns every sample its index in the cache.
  ///
  /// - Parameters:
  ///   - dataSet: The data set.
  ///   - scans: The scan of each recording.
  ///   - options: How the data set is converted.
  ///   - settings: The settings that the cache will store.
  /// - Throws: ``FrameCacheError`` when no sample remains, or a sample is too large for a cache or
  ///   for this machine's memory.
  init(
    _ dataSet: any EventDataSet, _ scans: [RecordingScan], _ options: ConversionOptions,
    _ settings: CacheSettings
  ) throws(FrameCacheError) {
    let split = options.split
    let frameCount =
      split.fixedFrameCount
      ?? scans.reduce(1) { $1.tallies.reduce($0) { max($0, split.frameCount(of: $1)) } }
    self.dataSet = dataSet
    self.scans = scans
    self.frameCount = frameCount
    self.settings = settings
    frameShape = settings.frameShape(of: dataSet.schema)
    threadCount = try SampleMemory.threadCount(
      requested: options.threadCount, frameCount: frameCount, frameShape, options.destination)
    jobs = Self.indexedJobs(dataSet, scans, skipsEmptyWindows: options.skipsEmptyWindows)
    // A shard may have no recording, or only some without events.
    guard !jobs.isEmpty || options.shard != .whole else { throw Self.noSample(in: dataSet.path) }
  }

  /// The error of a data set that gives no sample.
  static func noSample(in path: FilePath) -> FrameCacheError {
    FrameCacheError(.content, path, "", "no window of the data set has an event")
  }

  /// Numbers the samples of each split in the order of the recordings, then of the label file.
  private static func indexedJobs(
    _ dataSet: any EventDataSet, _ scans: [RecordingScan], skipsEmptyWindows: Bool
  ) -> [Job] {
    var next: [DataSetSplit: Int] = [:]
    var jobsOfRecording: [[Job]] = []
    for (recording, description) in dataSet.recordings.enumerated() {
      var jobs: [Job] = []
      for window in description.samples.indices {
        if skipsEmptyWindows && scans[recording].tallies[window].eventCount == 0 { continue }
        let number = next[description.split, default: 0]
        next[description.split] = number + 1
        jobs.append(
          Job(recording: recording, window: window, sample: SampleIndex(description.split, number)))
      }
      jobsOfRecording.append(jobs)
    }
    return dataSet.readingOrder.flatMap { jobsOfRecording[$0] }
  }

  /// Number of samples in each split.
  var sampleCounts: [DataSetSplit: Int] {
    var counts: [DataSetSplit: Int] = [:]
    for job in jobs { counts[job.sample.split, default: 0] += 1 }
    return counts
  }

  /// The sample of a job, as the data set describes it.
  func sample(of job: Job) -> RecordingSample {
    dataSet.recordings[job.recording].samples[job.window]
  }

  /// The events counted in the window of a job.
  func tally(of job: Job) -> WindowTally { scans[job.recording].tallies[job.window] }

  /// An estimate of the cache's size in bytes.
  ///
  /// It errs on the high side, but is not a bound: samples of DVS128 Gesture compress to an eighth
  /// of one byte per cell (Benchmarks.md), sparse samples to 2 bytes per event. If the disk still
  /// fills up, writing fails then.
  var expectedByteCount: Int64 {
    let plainByteCount = frameCount * frameShape.cellCount
    let metadataByteCount = 200 + 16 * frameCount
    return jobs.reduce(16_384) { sum, job in
      sum + Int64(min(plainByteCount / 4, 2 * tally(of: job).eventCount) + metadataByteCount)
    }
  }
}

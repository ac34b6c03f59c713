internal import EventData
internal import EventFrames
internal import FrameCache
internal import SystemPackage

/// What a conversion will do: every sample's place in the cache, from what was found in the
/// recordings.
struct ConversionPlan: Sendable {
  /// A sample that the cache will have.
  struct Job: Sendable {
    /// The number of the sample's recording.
    let recording: Int
    /// The number of its window in the recording.
    let window: Int
    /// Where it goes.
    let sample: SampleIndex
  }

  let dataSet: any EventDataSet
  let settings: CacheSettings
  /// What was found in each recording.
  let scans: [RecordingScan]
  /// All samples, in the order in which their recordings are read.
  let jobs: [Job]
  /// T.
  let frameCount: Int
  /// The pixels of a frame.
  let frameShape: FrameShape
  /// As many threads as were asked for, or as there is memory for.
  let threadCount: Int

  /// Lays the samples out.
  ///
  /// - Parameters:
  ///   - dataSet: The data set.
  ///   - scans: What was found in each recording.
  ///   - options: What is to be made of it.
  /// - Throws: ``FrameCacheError`` where no sample is left, or a sample is too large for a cache or
  ///   for this machine.
  init(
    _ dataSet: any EventDataSet, _ scans: [RecordingScan], _ options: ConversionOptions
  ) throws(FrameCacheError) {
    let split = options.split
    let frameCount =
      split.fixedFrameCount
      ?? scans.reduce(1) { $1.tallies.reduce($0) { max($0, split.frameCount(of: $1)) } }
    self.dataSet = dataSet
    self.scans = scans
    self.frameCount = frameCount
    settings = options.settings
    frameShape = settings.frameShape(of: dataSet.schema)
    threadCount = try Self.threadCount(frameCount: frameCount, frameShape, options)
    jobs = Self.layOut(dataSet, scans, skipsEmptyWindows: options.skipsEmptyWindows)
    guard !jobs.isEmpty else {
      throw FrameCacheError(
        .content, dataSet.path, "", "no window of the data set has an event")
    }
  }

  private static func threadCount(
    frameCount: Int, _ shape: FrameShape, _ options: ConversionOptions
  ) throws(FrameCacheError) -> Int {
    guard frameCount <= CacheFormat.maximumFrameCount else {
      throw FrameCacheError(
        .content, options.destination, "",
        "at most \(CacheFormat.maximumFrameCount) frames expected, a sample has \(frameCount): "
          + "use fewer or longer frames")
    }
    let byteCount = frameCount.multipliedReportingOverflow(
      by: shape.cellCount * ElementType.uint16.byteCount)
    guard !byteCount.overflow, byteCount.partialValue <= maximumChunkByteCount else {
      throw FrameCacheError(
        .content, options.destination, "",
        "\(frameCount) frames make samples of over 4 GiB, which a cache cannot hold: "
          + "use fewer or longer frames", cause: SampleTooLarge())
    }
    guard
      let threadCount = ThreadBudget.threadCount(
        wanted: options.threadCount, cellCount: frameCount * shape.cellCount)
    else {
      throw FrameCacheError(
        .content, options.destination, "",
        "a sample of \(frameCount) frames needs "
          + "\(ThreadBudget.byteCountPerThread(cellCount: frameCount * shape.cellCount)) bytes of memory, more than "
          + "half of this machine's: use fewer or longer frames", cause: SampleTooLarge())
    }
    return threadCount
  }

  /// Where each sample goes: within a split in the order of its list, then of the label file.
  private static func layOut(
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

  /// N of each part.
  var sampleCounts: [DataSetSplit: Int] {
    var counts: [DataSetSplit: Int] = [:]
    for job in jobs { counts[job.sample.split, default: 0] += 1 }
    return counts
  }

  /// The sample of a job, as the data set describes it.
  func sample(of job: Job) -> RecordingSample {
    dataSet.recordings[job.recording].samples[job.window]
  }

  /// What the window of a job holds.
  func tally(of job: Job) -> WindowTally { scans[job.recording].tallies[job.window] }

  /// About how large the cache will be.
  ///
  /// A guess on the safe side, not a bound: samples of DVS128 Gesture take an eighth of their plain
  /// size (Benchmarks.md), thin samples 2 bytes an event. A disk that fills up all the same is an
  /// error when it does.
  var expectedByteCount: Int64 {
    let plainByteCount = frameCount * frameShape.cellCount
    let metadataByteCount = 200 + 16 * frameCount
    return jobs.reduce(16_384) { sum, job in
      sum + Int64(min(plainByteCount / 4, 2 * tally(of: job).eventCount) + metadataByteCount)
    }
  }
}

internal import EventData
internal import FrameCache
internal import SystemPackage

/// What a merge will do: the samples of the cache and where their frames are.
struct MergePlan {
  /// A sample of the merged cache.
  struct Job: Sendable {
    /// The number of its shard.
    let shard: Int
    /// Its index in the shard.
    let source: SampleIndex
    /// Its index in the merged cache.
    let sample: SampleIndex
  }

  let set: ShardSet
  /// All samples, in the order in which a single conversion writes them.
  let jobs: [Job]
  /// Number of samples in each split.
  let sampleCounts: [DataSetSplit: Int]
  /// T, the frames of every sample, padding included.
  let frameCount: Int
  /// The stored type of a count.
  let elementType: ElementType
  /// Width and height of a frame.
  let frameShape: FrameShape
  /// The requested number of threads, reduced to what fits in memory.
  let threadCount: Int

  /// Assigns every sample its index in the merged cache.
  ///
  /// - Throws: ``FrameCacheError`` when there is no sample, or a sample or all records are too
  ///   large for this machine.
  init(
    _ set: ShardSet, threadCount: Int, destination: FilePath
  ) throws(FrameCacheError) {
    self.set = set
    frameCount = set.shards.map(\.frameCount).max() ?? 1
    elementType = set.shards.contains { $0.elementType == .uint16 } ? .uint16 : .uint8
    frameShape = set.shards[0].frameShape
    var starts = [[DataSetSplit: Int]](repeating: [:], count: set.shards.count)
    var counts: [DataSetSplit: Int] = [.train: 0, .test: 0]
    var jobsOfRecording: [[Job]] = []
    for (recording, owner) in zip(set.recordings, set.owners) {
      let split = recording.split
      let sampleCount = set.lists[owner.shard].parts[owner.part].sampleCount
      let start = starts[owner.shard][split, default: 0]
      let first = counts[split, default: 0]
      jobsOfRecording.append(
        (0..<sampleCount).map { number in
          Job(
            shard: owner.shard, source: SampleIndex(split, start + number),
            sample: SampleIndex(split, first + number))
        })
      starts[owner.shard][split] = start + sampleCount
      counts[split] = first + sampleCount
    }
    jobs = set.lists[0].readingOrder.flatMap { jobsOfRecording[$0] }
    sampleCounts = counts
    guard !jobs.isEmpty else {
      throw ConversionPlan.noSample(in: FilePath(set.lists[0].input))
    }
    self.threadCount = try SampleMemory.threadCount(
      requested: threadCount, frameCount: frameCount, frameShape, destination)
    try requireMemory(destination)
  }

  /// Throws if the times of all frames take more than half of the machine's memory: T comes from
  /// one shard, and the number of samples from others.
  private func requireMemory(_ destination: FilePath) throws(FrameCacheError) {
    // Two times of eight bytes for each frame: of the sample, of the table, and as they are
    // written.
    let needed = jobs.count.multipliedReportingOverflow(by: frameCount * 48)
    let available = MachineMemory.availableByteCount / 2
    guard !needed.overflow, needed.partialValue <= available else {
      throw FrameCacheError(
        .content, destination, "",
        "the times of \(frameCount) frames of \(jobs.count) samples need more memory than the "
          + "\(available) bytes that are half of this machine's: use fewer or longer frames")
    }
  }

  /// Whether the frames of a shard have the type and number of the merged cache.
  func canCopy(_ shard: Int) -> Bool {
    set.shards[shard].elementType == elementType && set.shards[shard].frameCount == frameCount
  }

  /// Maximum memory of the chunks that are made together, in bytes, beyond one for each thread.
  private static let batchByteCapacity = 32 << 20
  /// Maximum number of chunks that are made together for each thread.
  private static let batchJobCount = 32

  /// The end of the jobs, from `start` on, whose chunks are made together.
  func batchEnd(from start: Int) -> Int {
    let limit = min(jobs.count, start + Self.batchJobCount * threadCount)
    var byteCount = 0
    for number in start..<limit {
      byteCount += 2 * set.shards[jobs[number].shard].storedByteCount(of: jobs[number].source)
      if byteCount > Self.batchByteCapacity && number - start >= threadCount { return number }
    }
    return limit
  }

  /// What the merged cache stores about a sample, besides its frames.
  func record(of job: Job) -> SampleRecord {
    var record = set.shards[job.shard].record(of: job.source)
    let padding = repeatElement(
      Int64(-1), count: frameCount - record.frameStartMicroseconds.count)
    record.frameStartMicroseconds += padding
    record.frameEndMicroseconds += padding
    return record
  }

  /// An estimate of the merged cache's size in bytes, like that of a conversion.
  var expectedByteCount: Int64 {
    jobs.reduce(16_384) { sum, job in
      let stored = set.shards[job.shard].storedByteCount(of: job.source)
      let frames = canCopy(job.shard) ? stored : 2 * stored
      return sum + Int64(frames + 200 + 16 * frameCount)
    }
  }
}

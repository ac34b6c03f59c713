internal import EventData
internal import FileAccess
internal import FrameCache
internal import SystemPackage
internal import Threads

/// Writes the samples of a plan to a file, reads it back, and publishes it.
struct CacheFileWriting {
  let plan: ConversionPlan
  /// Has frames that are ready.
  let early: EarlyConversion
  /// The recordings of a shard; `nil` for a whole cache.
  let shardList: ShardList?
  let destination: FilePath
  let replacesExisting: Bool
  let observer: WorkObserver

  /// The written cache's element type and size in bytes, and the time it took.
  struct Result {
    let elementType: ElementType
    let byteCount: Int
    let stageSeconds: StageSeconds
  }

  /// Writes and publishes the cache.
  ///
  /// In most caches every count fits in one byte. The first larger count ends that attempt, and the
  /// cache is written again with two bytes per count.
  func run() throws(FrameCacheError) -> Result {
    var stageSeconds = StageSeconds()
    let elementTypes: [ElementType] =
      early.hasLargeCount(in: plan.dataSet) ? [.uint16] : [.uint8, .uint16]
    for elementType in elementTypes {
      if let byteCount = try publish(elementType, &stageSeconds) {
        return Result(
          elementType: elementType, byteCount: byteCount, stageSeconds: stageSeconds)
      }
    }
    preconditionFailure("every count fits two bytes, or FrameCounter would have thrown")
  }

  /// Writes, verifies and publishes the cache with counts of one type.
  ///
  /// - Returns: The cache's size in bytes; `nil` when a count did not fit.
  private func publish(
    _ elementType: ElementType, _ stageSeconds: inout StageSeconds
  ) throws(FrameCacheError) -> Int? {
    let staged = try StagedCache(for: destination)
    guard try write(elementType, to: staged.pathForWriting, &stageSeconds) else { return nil }
    let clock = ContinuousClock()
    let verifyBegin = clock.now
    let byteCount = try staged.verify(threadCount: plan.threadCount, observer: observer)
    stageSeconds.verify += clock.seconds(since: verifyBegin)
    let publishBegin = clock.now
    try staged.publish(replacing: replacesExisting)
    stageSeconds.write += clock.seconds(since: publishBegin)
    return byteCount
  }

  /// Writes all samples and their records.
  ///
  /// - Returns: Whether every count fit.
  private func write(
    _ elementType: ElementType, to path: FilePath, _ stageSeconds: inout StageSeconds
  ) throws(FrameCacheError) -> Bool {
    var writer = try FrameCacheWriter(
      path, named: destination, schema: plan.dataSet.schema, settings: plan.settings,
      frameCount: plan.frameCount,
      sampleCounts: plan.sampleCounts, elementType: elementType)
    var records: [DataSetSplit: [SampleIndex: SampleRecord]] = [:]
    let clock = ContinuousClock()
    let ready = elementType == EarlyConversion.elementType ? early.frames(of: plan) : [:]
    var producer = try FrameProducer(
      plan, jobs: plan.jobs.indices.filter { ready[$0] == nil }, elementType: elementType,
      observer: observer)
    for (number, job) in plan.jobs.enumerated() {
      let frames =
        if let made = ready[number] { try encoded(made) } else { try producer.next() }
      stageSeconds.add(frames.stageSeconds)
      guard let chunk = frames.chunk else { return false }
      let begin = clock.now
      try writer.writeChunk(chunk, of: job.sample)
      stageSeconds.write += clock.seconds(since: begin)
      records[job.sample.split, default: [:]][job.sample] = plan.record(of: job, frames.counted)
      observer.onProgress(
        WorkProgress(stage: .frames, completedCount: number + 1, totalCount: plan.jobs.count))
    }
    try producer.finish()
    let begin = clock.now
    let sources = try SourceSnapshot(plan)
    try sources.requireUnchanged()
    try writer.finish(
      records: records.mapValues { bySample in
        bySample.sorted { $0.key.number < $1.key.number }.map(\.value)
      }, sources: sources.files, shardList: shardList)
    stageSeconds.write += clock.seconds(since: begin)
    return true
  }

  private func encoded(_ frames: EarlyConversion.Frames) throws(FrameCacheError) -> EncodedFrames {
    do throws(FileError) {
      return EncodedFrames(
        counted: frames.counted, chunk: try early.chunks.chunk(at: frames.chunk),
        stageSeconds: frames.stageSeconds)
    } catch {
      throw FrameCacheError(error)
    }
  }
}

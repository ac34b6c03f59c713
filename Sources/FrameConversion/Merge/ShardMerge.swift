internal import EventData
internal import FileAccess
public import FrameCache
public import SystemPackage
public import Threads

/// Merges all shards of a conversion into the cache that a single conversion would have written.
public struct ShardMerge: Sendable {
  private let paths: [FilePath]
  private let destination: FilePath
  private let replacesExisting: Bool
  private let threadCount: Int
  private let observer: WorkObserver
  private let onWarning: @Sendable (String) -> Void

  /// Prepares a merge; reads and writes nothing yet.
  ///
  /// - Parameters:
  ///   - paths: The shards, in any order; at least one.
  ///   - destination: The merged cache; none of the shards.
  ///   - replacesExisting: Whether an existing file at the destination is replaced.
  ///   - threadCount: Number of threads.
  ///   - observer: Receives progress, and can cancel the work.
  ///   - onWarning: Called with each warning of the conversions.
  public init(
    _ paths: [FilePath], to destination: FilePath, replacesExisting: Bool, threadCount: Int,
    observer: WorkObserver = WorkObserver(),
    onWarning: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    precondition(!paths.isEmpty, "at least one shard expected, none given")
    self.paths = paths
    self.destination = destination
    self.replacesExisting = replacesExisting
    self.threadCount = threadCount
    self.observer = observer
    self.onWarning = onWarning
  }

  /// Checks the shards, and writes, verifies and publishes the merged cache.
  ///
  /// - Throws: ``FrameCache/FrameCacheError``; an existing file at the destination then stays.
  public func run() throws(FrameCacheError) -> MergeReport {
    let clock = ContinuousClock()
    let begin = clock.now
    var caches: [FrameCache] = []
    for path in paths { caches.append(try FrameCache(opening: path)) }
    // The only part of one is the whole cache, so that commands for any number of parts work for
    // one.
    if caches.count == 1 && !caches[0].isShard {
      var report = try copy(of: caches[0])
      report.elapsedSeconds = clock.seconds(since: begin)
      return report
    }
    let set = try ShardSet(caches)
    for shard in set.shards {
      try CacheVerification(shard, threadCount: threadCount, observer: observer).requireValid()
    }
    var report = MergeReport(destination, shardCount: set.shards.count)
    try warn(set, &report)
    let plan = try MergePlan(set, threadCount: threadCount, destination: destination)
    try requireRoom(plan.expectedByteCount, for: destination)
    report.cacheByteCount = try publish(plan)
    report.describe(plan)
    report.elapsedSeconds = clock.seconds(since: begin)
    return report
  }

  /// Gives the warnings that a conversion of all recordings would have given, or its error if most
  /// events lie outside the given sensor.
  private func warn(_ set: ShardSet, _ report: inout MergeReport) throws(FrameCacheError) {
    func warn(_ text: String) {
      report.warnings.append(text)
      onWarning(text)
    }
    let first = set.lists[0]
    for warning in first.warnings where warning.recording == nil { warn(warning.text) }
    if first.isSensorNamed {
      let parts = set.lists.flatMap(\.parts)
      let outside = OutsideEvents(
        FilePath(first.input), set.shards[0].schema.sensor,
        count: Int(clamping: parts.reduce(0) { $0 + Int128($1.eventCount) }),
        outsideCount: Int(clamping: parts.reduce(0) { $0 + Int128($1.outsideCount) }))
      try outside?.requireFew()
      if let outside { warn(outside.warning.description) }
    }
    var texts = [[String]](repeating: [], count: set.recordings.count)
    for list in set.lists {
      for warning in list.warnings {
        if let recording = warning.recording { texts[recording].append(warning.text) }
      }
    }
    for text in texts.joined() { warn(text) }
  }

  /// Writes the cache to a file without a name, reads it back, and publishes it.
  ///
  /// - Returns: The cache's size in bytes.
  private func publish(_ plan: MergePlan) throws(FrameCacheError) -> Int {
    try publish(threadCount: plan.threadCount) { path throws(FrameCacheError) in
      try write(plan, to: path)
    }
  }

  /// Publishes what `write` writes to a file without a name.
  private func publish(
    threadCount: Int, _ write: (FilePath) throws(FrameCacheError) -> Void
  ) throws(FrameCacheError) -> Int {
    let staged = try StagedCache(for: destination)
    try write(staged.pathForWriting)
    let byteCount = try staged.verify(threadCount: threadCount, observer: observer)
    try staged.publish(replacing: replacesExisting)
    return byteCount
  }

  private func write(_ plan: MergePlan, to path: FilePath) throws(FrameCacheError) {
    var writer = try FrameCacheWriter(
      path, named: destination, schema: plan.set.shards[0].schema, settings: plan.set.settings,
      frameCount: plan.frameCount, sampleCounts: plan.sampleCounts, elementType: plan.elementType)
    let chunks = MergedChunks(plan)
    var start = 0
    while start < plan.jobs.count {
      if observer.isCancelled() { throw .cancelled(destination) }
      let batch = start..<plan.batchEnd(from: start)
      for (number, chunk) in zip(batch, try chunks.make(batch)) {
        try writer.writeChunk(chunk, of: plan.jobs[number].sample)
      }
      start = batch.upperBound
      observer.onProgress(
        WorkProgress(stage: .frames, completedCount: start, totalCount: plan.jobs.count))
    }
    var jobs: [DataSetSplit: [MergePlan.Job]] = [.train: [], .test: []]
    for job in plan.jobs { jobs[job.sample.split, default: []].append(job) }
    try writer.finish(
      records: jobs.mapValues { jobs in
        jobs.sorted { $0.sample.number < $1.sample.number }.map(plan.record)
      }, sources: plan.set.sources)
  }
}

extension ShardMerge {
  /// Copies a whole cache, byte for byte.
  private func copy(of cache: FrameCache) throws(FrameCacheError) -> MergeReport {
    // Names the cache that is damaged, not its copy.
    try CacheVerification(cache, threadCount: threadCount, observer: observer).requireValid()
    try requireRoom(Int64(cache.byteCount), for: destination)
    var report = MergeReport(destination, shardCount: 1)
    report.cacheByteCount = try publish(threadCount: threadCount) {
      path throws(FrameCacheError) in
      do throws(FileError) { try copyWholeFile(cache.path, to: path) } catch {
        throw FrameCacheError(.file, destination, "", error.detail, cause: error)
      }
    }
    for split in DataSetSplit.allCases { report.sampleCounts[split] = cache.sampleCount(in: split) }
    report.frameCount = cache.frameCount
    report.elementType = cache.elementType
    report.recordingCount = Set(cache.records.values.joined().map(\.recording)).count
    report.sampledEventCount = cache.samples.reduce(0) {
      $0 + Int(cache.record(of: $1).eventCount)
    }
    return report
  }
}

extension MergeReport {
  fileprivate mutating func describe(_ plan: MergePlan) {
    sampleCounts = plan.sampleCounts
    frameCount = plan.frameCount
    elementType = plan.elementType
    recordingCount = plan.set.recordings.count
    for job in plan.jobs {
      if !plan.canCopy(job.shard) { encodedSampleCount += 1 }
      sampledEventCount += Int(plan.set.shards[job.shard].record(of: job.source).eventCount)
    }
  }
}

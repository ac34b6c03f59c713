internal import FrameCache
internal import Threads

/// The chunks of a merged cache, copied from the shards or encoded again on several threads.
final class MergedChunks: @unchecked Sendable {
  private let plan: MergePlan
  private let lock = Lock()
  // Each is used by the thread of its index alone; without memory until it is needed.
  private let encoders: [FrameReencoder]
  // Guarded by `lock`.
  private var made: [Int: [UInt8]] = [:]

  init(_ plan: MergePlan) {
    self.plan = plan
    encoders = (0..<plan.threadCount).map { _ in FrameReencoder(plan) }
  }

  /// Makes the chunks of some jobs.
  ///
  /// - Parameter numbers: The indices of the jobs.
  /// - Returns: The chunks, in the order of the jobs.
  /// - Throws: ``FrameCacheError`` with code `chunk` for a damaged chunk of a shard.
  func make(_ numbers: Range<Int>) throws(FrameCacheError) -> [[UInt8]] {
    // Copying needs no other thread.
    let isCopied = numbers.allSatisfy { plan.canCopy(plan.jobs[$0].shard) }
    try forEachInParallel(
      count: numbers.count, threadCount: isCopied ? 1 : plan.threadCount
    ) {
      (thread, offset) throws(FrameCacheError) in
      let number = numbers.lowerBound + offset
      let job = self.plan.jobs[number]
      let chunk =
        self.plan.canCopy(job.shard)
        ? try self.plan.set.shards[job.shard].storedChunk(of: job.source)
        : try self.encoders[thread].chunk(of: job)
      self.lock.withLock { self.made[number] = chunk }
    }
    return lock.withLock {
      let chunks = numbers.compactMap { made[$0] }
      made = [:]
      return chunks
    }
  }
}

internal import AddressSpace
internal import EventData

/// Decodes the batches of a plan ahead of their consumer.
///
/// For any number of threads, batches have the plan's samples and order. Threads read the mapped
/// cache, divide the samples of a batch among themselves, and decode each directly into the batch's
/// memory.
public struct FrameLoader: ~Copyable {
  private var decoding: BatchDecoding<BatchArrays>

  /// Starts to decode.
  ///
  /// - Parameters:
  ///   - cache: The cache that contains the samples.
  ///   - batches: The samples of each batch, as from ``BatchPlan``; none may be empty.
  ///   - threadCount: Number of decoding threads; with 0 the calling thread decodes, in ``next()``.
  ///   - aheadCount: Number of batches kept ready, besides those in progress; fewer if they would
  ///     take over half of the machine's memory.
  public init(
    _ cache: FrameCache, batches: [[SampleIndex]], threadCount: Int, aheadCount: Int = 2
  ) {
    precondition(aheadCount >= 1, "\(aheadCount) batches ahead")
    let largestCount = batches.reduce(1) { max($0, $1.count) }
    let byteCount = largestCount * cache.sampleCellCount * cache.elementType.byteCount
    let threadCount = Self.affordableThreadCount(threadCount, cache)
    let busyCount = BatchDecoding<BatchArrays>.busyCount(
      threadCount: threadCount, batchSize: largestCount)
    // One more belongs to the caller.
    let room = ThreadBudget.physicalByteCount / 2 / byteCount - 1
    let capacity = max(1, min(room, aheadCount + busyCount - 1))
    decoding = BatchDecoding(
      cache, batches, into: BatchArrays(cache, capacity: capacity, batchByteCount: byteCount),
      threadCount: threadCount,
      busyCount: min(busyCount, capacity),
      failure: room >= 1
        ? nil
        : FrameCacheError(
          .content, cache.path, "",
          "a batch of \(largestCount) samples takes \(byteCount) bytes, and two of them more than "
            + "half of this machine's memory: use a smaller batch"))
  }

  /// The number of threads whose stacks and workspaces take an eighth of what the limit of the
  /// address space leaves; the requested number where there is no limit.
  private static func affordableThreadCount(_ requested: Int, _ cache: FrameCache) -> Int {
    guard let available = AddressSpace.availableByteCount else { return requested }
    let perThread =
      AddressSpace.stackByteCount
      + ThreadBudget.byteCountPerThread(cellCount: cache.sampleCellCount)
    return min(requested, available / 8 / perThread)
  }

  /// Takes the next batch of the plan; waits until it is decoded.
  ///
  /// - Returns: `nil` after the last batch.
  /// - Throws: ``FrameCacheError`` with code `chunk` and the name of the batch's first damaged
  ///   sample, after all earlier batches and again on each call; with code `content` when memory is
  ///   too small.
  public mutating func next() throws(FrameCacheError) -> FrameBatch? {
    try decoding.next(before: nil)?.get()
  }

  /// Returns the memory of a batch for reuse.
  ///
  /// This saves time for large batches: providing new pages costs the system about as much as
  /// decoding into them. Other copies of the batch, or of its counts, stay unchanged.
  public func recycle(_ batch: consuming FrameBatch) {
    let counts = batch.counts
    _ = consume batch
    decoding.queue.memory.recycle(counts)
  }
}

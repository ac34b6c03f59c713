internal import EventData
internal import Threads

/// Decodes the batches of a plan ahead of their consumer.
///
/// For any number of threads, batches have the plan's samples and order. Threads read the mapped
/// cache, divide the samples of a batch among themselves, and decode each directly into the batch's
/// memory.
public struct FrameLoader: ~Copyable {
  private let queue: BatchQueue
  // Empty if the caller decodes.
  private let decoders: ThreadGroup
  private let holders: ThreadGroup
  private let callerDecodes: Bool
  private var decoder: FrameDecoder

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
    precondition(threadCount >= 0, "\(threadCount) threads")
    precondition(aheadCount >= 1, "\(aheadCount) batches ahead")
    precondition(batches.allSatisfy { !$0.isEmpty }, "a batch without samples")
    let elementCount = cache.sampleCellCount
    let largestCount = batches.reduce(1) { max($0, $1.count) }
    let byteCount = largestCount * elementCount * cache.elementType.byteCount
    // Batches in progress: enough to have a sample for every thread, plus the previous one, whose
    // last samples may still be decoding.
    let busyCount = (threadCount + largestCount - 1) / largestCount + 1
    // One more belongs to the caller.
    let room = ThreadBudget.physicalByteCount / 2 / byteCount - 1
    let capacity = max(1, min(room, aheadCount + busyCount - 1))
    func makeQueue() -> BatchQueue {
      let queue = BatchQueue(
        cache, batches, elementCountPerSample: elementCount, capacity: capacity)
      if room < 1 {
        queue.fail(
          FrameCacheError(
            .content, cache.path, "",
            "a batch of \(largestCount) samples takes \(byteCount) bytes, and two of them more than "
              + "half of this machine's memory: use a smaller batch"))
      }
      return queue
    }
    decoder = FrameDecoder(cache, checksContent: false)
    let queue = makeQueue()
    let decoders = ThreadGroup(count: threadCount) { _ in queue.decode() }
    let holders = ThreadGroup(count: decoders.count == 0 ? 0 : min(busyCount, capacity)) { _ in
      queue.hold()
    }
    callerDecodes = holders.count == 0
    // If the system provides no threads, the calling thread decodes everything, with a new queue.
    if callerDecodes { queue.stop() }
    self.queue = callerDecodes ? makeQueue() : queue
    self.decoders = decoders
    self.holders = holders
  }

  deinit {
    // The threads are joined when the stored values end, just after this.
    queue.stop()
  }

  /// Takes the next batch of the plan; waits until it is decoded.
  ///
  /// - Returns: `nil` after the last batch.
  /// - Throws: ``FrameCacheError`` with code `chunk` and the name of the batch's first damaged
  ///   sample, after all earlier batches and again on each call; with code `content` when memory is
  ///   too small.
  public mutating func next() throws(FrameCacheError) -> FrameBatch? {
    if callerDecodes { _ = queue.completeNext(with: &decoder) }
    return try queue.next()
  }

  /// Returns the memory of a batch for reuse.
  ///
  /// This saves time for large batches: providing new pages costs the system about as much as
  /// decoding into them. Other copies of the batch, or of its counts, stay unchanged.
  public func recycle(_ batch: consuming FrameBatch) {
    let counts = batch.counts
    _ = consume batch
    queue.recycle(counts)
  }
}

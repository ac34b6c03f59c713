package import Threads

/// Decodes the batches of a plan ahead into memory that the caller provides.
///
/// Like ``FrameLoader``, for callers that own the memory of batches, and want counts of another
/// type than the cache's.
package struct BufferLoader: ~Copyable {
  private let cache: FrameCache
  private let type: BatchElementType
  private let batchByteCount: Int
  private let batchCount: Int
  private var receivedCount = 0
  private var decoding: BatchDecoding<CallerBuffers>

  /// The number of buffers with which no thread waits for memory: batches in progress, one that is
  /// ready, and one that the caller uses.
  package let usefulBufferCount: Int

  /// Starts to decode.
  ///
  /// - Parameters:
  ///   - cache: The cache that contains the samples.
  ///   - batches: The samples of each batch, as from ``BatchPlan``; none may be empty.
  ///   - type: The type of counts in the caller's memory.
  ///   - threadCount: Number of decoding threads; with 0 the calling thread decodes.
  /// - Throws: ``FrameCacheError`` with code `content` when the cache's counts do not fit the type.
  package init(
    _ cache: FrameCache, batches: [[SampleIndex]], as type: BatchElementType, threadCount: Int
  ) throws(FrameCacheError) {
    try type.require(cache)
    let largestCount = batches.reduce(1) { max($0, $1.count) }
    let busyCount = BatchDecoding<CallerBuffers>.busyCount(
      threadCount: threadCount, batchSize: largestCount)
    self.cache = cache
    self.type = type
    batchByteCount = largestCount * cache.sampleCellCount * type.byteCount
    batchCount = batches.count
    usefulBufferCount = busyCount + 2
    decoding = BatchDecoding(
      cache, batches,
      into: CallerBuffers(type, elementCountPerSample: cache.sampleCellCount),
      threadCount: threadCount, busyCount: busyCount)
  }

  /// Provides memory for the next batch that has none.
  ///
  /// - Parameter memory: Room for a whole batch, aligned for its elements; it must stay valid until
  ///   the batch is received, or the loader has ended.
  /// - Throws: ``FrameCacheError`` with code `content` when it is too small or not aligned.
  package borrowing func provide(
    _ memory: UnsafeMutableRawBufferPointer
  ) throws(FrameCacheError) {
    try unsafe type.require(batchByteCount, of: memory, for: "a batch", cache.path)
    unsafe decoding.queue.memory.add(memory)
    decoding.queue.memoryChanged()
  }

  /// What ``next(before:)`` found.
  package enum Next {
    /// The samples of a batch, whose frames are in the memory provided first.
    case batch([SampleIndex])
    /// All batches have been received.
    case end
    /// The next batch was not ready in time.
    case late
  }

  /// Receives the next batch of the plan; waits until it is decoded, or a deadline.
  ///
  /// - Throws: ``FrameCacheError`` with code `chunk` and the name of the batch's first damaged
  ///   sample, after all earlier batches and again on each call; with code `content` when no memory
  ///   was provided for it.
  package mutating func next(before deadline: Deadline? = nil) throws(FrameCacheError) -> Next {
    if receivedCount == batchCount { return .end }
    guard receivedCount < decoding.queue.memory.count else {
      throw FrameCacheError(.content, cache.path, "", "no memory was provided for the next batch")
    }
    guard let result = decoding.next(before: deadline) else { return .late }
    let samples = try result.get()
    receivedCount += 1
    return .batch(samples)
  }
}

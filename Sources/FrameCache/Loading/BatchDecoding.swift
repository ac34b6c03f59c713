internal import Threads

/// The threads that decode the batches of a plan into a kind of memory.
struct BatchDecoding<Memory: BatchMemory>: ~Copyable {
  let queue: BatchQueue<Memory>
  // Empty if the caller decodes.
  private let decoders: ThreadGroup
  private let holders: ThreadGroup
  private let callerDecodes: Bool
  private var decoder: FrameDecoder

  /// Starts to decode.
  ///
  /// - Parameters:
  ///   - cache: The cache that contains the samples.
  ///   - batches: The samples of each batch; none may be empty.
  ///   - memory: Where batches are decoded to.
  ///   - threadCount: Number of decoding threads; with 0 the calling thread decodes.
  ///   - busyCount: Number of batches in progress at once.
  ///   - failure: Thrown instead of the first batch.
  init(
    _ cache: FrameCache, _ batches: [[SampleIndex]], into memory: Memory, threadCount: Int,
    busyCount: Int, failure: FrameCacheError? = nil
  ) {
    precondition(threadCount >= 0, "\(threadCount) threads")
    precondition(batches.allSatisfy { !$0.isEmpty }, "a batch without samples")
    func makeQueue() -> BatchQueue<Memory> {
      let queue = BatchQueue(cache, batches, into: memory)
      if let failure { queue.fail(failure) }
      return queue
    }
    decoder = FrameDecoder(cache, checksContent: false)
    let queue = makeQueue()
    let decoders = ThreadGroup(count: threadCount) { _ in queue.decode() }
    let holders = ThreadGroup(count: decoders.count == 0 ? 0 : busyCount) { _ in queue.hold() }
    callerDecodes = holders.count == 0
    // If the system provides no threads, or none for holders, the calling thread decodes
    // everything, with a new queue.
    if callerDecodes { queue.stop() }
    self.queue = callerDecodes ? makeQueue() : queue
    self.decoders = decoders
    self.holders = holders
  }

  deinit {
    // The threads are joined when the stored values end, just after this.
    queue.stop()
  }

  /// The next batch of the plan; `nil` after the last one, or if it is not ready at the deadline.
  mutating func next(before deadline: Deadline?) -> Result<Memory.Batch, FrameCacheError>? {
    if callerDecodes { _ = queue.completeNext(with: &decoder) }
    return queue.next(before: deadline)
  }

  /// The number of batches in progress at once that gives every thread a sample, plus the previous
  /// one, whose last samples may still be decoding.
  static func busyCount(threadCount: Int, batchSize: Int) -> Int {
    (threadCount + batchSize - 1) / batchSize + 1
  }
}

internal import AddressSpace
internal import Threads

/// Arrays for the counts of batches, reused when the consumer returns them.
final class BatchArrays: BatchMemory, @unchecked Sendable {
  private let cache: FrameCache
  /// Maximum number of batches in progress and ready, and of spare arrays.
  private let capacity: Int
  private let batchByteCount: Int
  private let lock = Lock()
  // Guarded by `lock`.
  private var spares: [FrameBatch.Counts] = []
  private var allowedCount: Int?

  init(_ cache: FrameCache, capacity: Int, batchByteCount: Int) {
    self.cache = cache
    self.batchByteCount = batchByteCount
    self.capacity = capacity
  }

  func permittedCount(receivedCount: Int) -> Int {
    guard AddressSpace.limit != nil else { return receivedCount + capacity }
    // The consumer takes memory of its own for the first batch, which comes before batches ahead.
    guard receivedCount >= 2 else { return receivedCount + 1 }
    return lock.withLock {
      let count = allowedCount ?? affordableCount
      allowedCount = count
      return receivedCount + count
    }
  }

  /// How many batches may be in progress and ready within the limit of the address space, besides
  /// the consumer's; two arrays exist.
  private var affordableCount: Int {
    guard let available = AddressSpace.availableByteCount else { return capacity }
    return max(1, min(capacity, available / batchByteCount))
  }

  func filled(
    _ number: Int, _ samples: [SampleIndex], _ body: (BatchRows) -> Bool
  ) throws(FrameCacheError) -> FrameBatch? {
    guard let counts = try counts(sampleCount: samples.count, body) else { return nil }
    return FrameBatch(cache, samples, counts)
  }

  /// Returns the memory of a batch for reuse.
  func recycle(_ counts: consuming FrameBatch.Counts) {
    // Moved, not copied: a second owner, however brief, would cause a copy when the memory is next
    // filled.
    var moved: FrameBatch.Counts? = consume counts
    lock.withLock {
      if spares.count <= capacity, let spare = moved.take() { spares.append(spare) }
    }
  }

  private func counts(
    sampleCount: Int, _ body: (BatchRows) -> Bool
  ) throws(FrameCacheError) -> FrameBatch.Counts? {
    let elementCountPerSample = cache.sampleCellCount
    let elementCount = sampleCount * elementCountPerSample
    // Moved, as in `recycle`.
    if let spare = lock.withLock({ spares.last?.count == elementCount ? spares.popLast() : nil }) {
      return BatchBuffer.refilled(spare, elementCountPerSample: elementCountPerSample, body)
    }
    let needed = elementCount * cache.elementType.byteCount
    if needed >= 1 << 20, let available = AddressSpace.availableByteCount, available < needed {
      throw FrameCacheError(
        .content, cache.path, "",
        "a batch of \(sampleCount) samples needs \(needed) more bytes of memory, and \(available) are "
          + "available within the limit of the address space (ulimit -v): use a smaller batch")
    }
    return BatchBuffer.filled(
      cache.elementType, sampleCount: sampleCount, elementCountPerSample: elementCountPerSample,
      body)
  }
}

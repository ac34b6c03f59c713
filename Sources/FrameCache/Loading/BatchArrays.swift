internal import Threads

/// Arrays for the counts of batches, reused when the consumer returns them.
final class BatchArrays: BatchMemory, @unchecked Sendable {
  private let cache: FrameCache
  /// Maximum number of batches in progress and ready, and of spare arrays.
  private let capacity: Int
  private let lock = Lock()
  // Guarded by `lock`.
  private var spares: [FrameBatch.Counts] = []

  init(_ cache: FrameCache, capacity: Int) {
    self.cache = cache
    self.capacity = capacity
  }

  func permittedCount(receivedCount: Int) -> Int { receivedCount + capacity }

  func filled(
    _ number: Int, _ samples: [SampleIndex], _ body: (BatchRows) -> Bool
  ) -> FrameBatch? {
    counts(sampleCount: samples.count, body).map { FrameBatch(cache, samples, $0) }
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

  private func counts(sampleCount: Int, _ body: (BatchRows) -> Bool) -> FrameBatch.Counts? {
    let elementCountPerSample = cache.sampleCellCount
    let elementCount = sampleCount * elementCountPerSample
    // Moved, as in `recycle`.
    if let spare = lock.withLock({ spares.last?.count == elementCount ? spares.popLast() : nil }) {
      return BatchBuffer.refilled(spare, elementCountPerSample: elementCountPerSample, body)
    }
    return BatchBuffer.filled(
      cache.elementType, sampleCount: sampleCount, elementCountPerSample: elementCountPerSample,
      body)
  }
}

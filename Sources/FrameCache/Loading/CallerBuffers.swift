internal import Threads

/// Memory that the caller provides, for batch after batch.
@safe final class CallerBuffers: BatchMemory, @unchecked Sendable {
  private let type: BatchElementType
  private let elementCountPerSample: Int
  private let lock = Lock()
  // Guarded by `lock`.
  private var buffers: [UnsafeMutableRawBufferPointer] = unsafe []

  init(_ type: BatchElementType, elementCountPerSample: Int) {
    self.type = type
    self.elementCountPerSample = elementCountPerSample
  }

  /// Adds memory for the next batch that has none; it stays valid until that batch is received, or
  /// its queue is stopped.
  func add(_ memory: UnsafeMutableRawBufferPointer) {
    lock.withLock { unsafe buffers.append(memory) }
  }

  /// The number of batches that have, or had, memory.
  var count: Int { lock.withLock { unsafe buffers.count } }

  func permittedCount(receivedCount: Int) -> Int { count }

  func filled(
    _ number: Int, _ samples: [SampleIndex], _ body: (BatchRows) -> Bool
  ) -> [SampleIndex]? {
    // Safe: valid by the contract of `add`, and given to one batch only.
    let memory = unsafe lock.withLock { unsafe buffers[number] }
    return body(unsafe BatchRows(memory, type, elementCountPerSample)) ? samples : nil
  }
}

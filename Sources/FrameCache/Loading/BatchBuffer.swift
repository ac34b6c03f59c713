/// Memory for the counts of a batch, which several threads fill concurrently, each its own samples.
enum BatchBuffer {
  /// Allocates memory and lets `body` fill its rows, one per sample, which are valid until it
  /// returns.
  ///
  /// The memory is not cleared: the system provides each page when a decoding thread first writes
  /// to it.
  ///
  /// - Parameter body: Returns whether every row was filled.
  /// - Returns: The counts; `nil` if they are incomplete.
  static func filled(
    _ type: ElementType, sampleCount: Int, elementCountPerSample: Int,
    _ body: (BatchRows) -> Bool
  ) -> FrameBatch.Counts? {
    let elementCount = sampleCount * elementCountPerSample
    var isWhole = false
    switch type {
    case .uint8:
      // Safe: `body` uses the rows while the array does not move; the array's count is set only
      // when all elements have been written.
      let counts = unsafe [UInt8](unsafeUninitializedCapacity: elementCount) { buffer, count in
        let buffer = unsafe UnsafeMutableBufferPointer(rebasing: buffer[..<elementCount])
        isWhole = unsafe body(BatchRows(buffer, elementCountPerSample))
        count = isWhole ? elementCount : 0
      }
      return isWhole ? .uint8(counts) : nil
    case .uint16:
      // Safe: as above.
      let counts = unsafe [UInt16](unsafeUninitializedCapacity: elementCount) { buffer, count in
        let buffer = unsafe UnsafeMutableBufferPointer(rebasing: buffer[..<elementCount])
        isWhole = unsafe body(BatchRows(buffer, elementCountPerSample))
        count = isWhole ? elementCount : 0
      }
      return isWhole ? .uint16(counts) : nil
    }
  }

  /// As above, but reuses the memory of `spare`, which is copied first if it has another owner.
  static func refilled(
    _ spare: consuming FrameBatch.Counts, elementCountPerSample: Int, _ body: (BatchRows) -> Bool
  ) -> FrameBatch.Counts? {
    let isWhole: Bool
    switch consume spare {
    case .uint8(var counts):
      // Safe: `body` uses the rows while the array does not move.
      isWhole = unsafe counts.withUnsafeMutableBufferPointer { buffer in
        unsafe body(BatchRows(buffer, elementCountPerSample))
      }
      return isWhole ? .uint8(counts) : nil
    case .uint16(var counts):
      // Safe: as above.
      isWhole = unsafe counts.withUnsafeMutableBufferPointer { buffer in
        unsafe body(BatchRows(buffer, elementCountPerSample))
      }
      return isWhole ? .uint16(counts) : nil
    }
  }
}

extension FrameBatch.Counts {
  /// Number of counts in the batch.
  var count: Int {
    switch self {
    case .uint8(let counts): counts.count
    case .uint16(let counts): counts.count
    }
  }
}

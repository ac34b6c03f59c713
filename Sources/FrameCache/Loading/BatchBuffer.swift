/// Room for the counts of a batch, which several threads fill at a time, each its own samples.
enum BatchBuffer {
  /// Lets `body` fill new memory by way of the places of its samples, which are valid until it
  /// returns.
  ///
  /// The memory is not cleared: whoever touches a page first, a thread that decodes, has the system
  /// provide it.
  ///
  /// - Parameter body: Returns whether every place was filled.
  /// - Returns: The counts; `nil` when they are not whole.
  static func filled(
    _ type: ElementType, sampleCount: Int, elementCountPerSample: Int,
    _ body: (BatchPlaces) -> Bool
  ) -> FrameBatch.Counts? {
    let elementCount = sampleCount * elementCountPerSample
    var isWhole = false
    switch type {
    case .uint8:
      // Safe: `body` uses the places while the array stays where it is; integers count as there
      // only when all have been written.
      let counts = unsafe [UInt8](unsafeUninitializedCapacity: elementCount) { buffer, count in
        let buffer = unsafe UnsafeMutableBufferPointer(rebasing: buffer[..<elementCount])
        isWhole = unsafe body(BatchPlaces(.uint8(buffer), elementCountPerSample))
        count = isWhole ? elementCount : 0
      }
      return isWhole ? .uint8(counts) : nil
    case .uint16:
      // Safe: as above.
      let counts = unsafe [UInt16](unsafeUninitializedCapacity: elementCount) { buffer, count in
        let buffer = unsafe UnsafeMutableBufferPointer(rebasing: buffer[..<elementCount])
        isWhole = unsafe body(BatchPlaces(.uint16(buffer), elementCountPerSample))
        count = isWhole ? elementCount : 0
      }
      return isWhole ? .uint16(counts) : nil
    }
  }

  /// As above, with the memory of other counts, which is copied first if somebody else still holds
  /// it.
  static func refilled(
    _ spare: consuming FrameBatch.Counts, elementCountPerSample: Int, _ body: (BatchPlaces) -> Bool
  ) -> FrameBatch.Counts? {
    let isWhole: Bool
    switch consume spare {
    case .uint8(var counts):
      // Safe: `body` uses the places while the array stays where it is.
      isWhole = unsafe counts.withUnsafeMutableBufferPointer { buffer in
        unsafe body(BatchPlaces(.uint8(buffer), elementCountPerSample))
      }
      return isWhole ? .uint8(counts) : nil
    case .uint16(var counts):
      // Safe: as above.
      isWhole = unsafe counts.withUnsafeMutableBufferPointer { buffer in
        unsafe body(BatchPlaces(.uint16(buffer), elementCountPerSample))
      }
      return isWhole ? .uint16(counts) : nil
    }
  }
}

extension FrameBatch.Counts {
  /// How many there are.
  var count: Int {
    switch self {
    case .uint8(let counts): counts.count
    case .uint16(let counts): counts.count
    }
  }
}

/// Where the samples of a batch go while ``BatchBuffer`` is filled.
@safe struct BatchPlaces: @unchecked Sendable {
  @unsafe fileprivate enum Buffer {
    case uint8(UnsafeMutableBufferPointer<UInt8>)
    case uint16(UnsafeMutableBufferPointer<UInt16>)
  }

  private let buffer: Buffer
  private let elementCountPerSample: Int

  fileprivate init(_ buffer: Buffer, _ elementCountPerSample: Int) {
    unsafe self.buffer = unsafe buffer
    self.elementCountPerSample = elementCountPerSample
  }

  /// Decodes a sample into the place of row `row`; no two threads may do it for the same row at a
  /// time.
  func decode(
    _ sample: SampleIndex, row: Int, with decoder: inout FrameDecoder
  ) throws(FrameCacheError) {
    let place = (row * elementCountPerSample)..<((row + 1) * elementCountPerSample)
    // Safe: `extracting` checks that the place lies in the buffer, places do not overlap, and the
    // caller keeps the buffer alive.
    switch unsafe buffer {
    case .uint8(let buffer):
      var counts = unsafe buffer.extracting(place).mutableSpan
      try decoder.decode(sample, into: &counts)
    case .uint16(let buffer):
      var counts = unsafe buffer.extracting(place).mutableSpan
      try decoder.decode(sample, into: &counts)
    }
  }
}

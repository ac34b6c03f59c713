/// Room for the counts of a batch, which several threads fill at a time, each its own samples.
struct BatchBuffer {
  private(set) var counts: FrameBatch.Counts

  /// Takes memory for so many counts, zeros at first.
  init(_ type: ElementType, elementCount: Int) {
    counts =
      switch type {
      case .uint8: .uint8(Array(repeating: 0, count: elementCount))
      case .uint16: .uint16(Array(repeating: 0, count: elementCount))
      }
  }

  /// Uses the memory of a batch again; while somebody else holds the batch, filling copies it first.
  init(reusing counts: consuming FrameBatch.Counts) {
    self.counts = counts
  }

  var elementCount: Int {
    switch counts {
    case .uint8(let counts): counts.count
    case .uint16(let counts): counts.count
    }
  }

  /// Lets `body` fill the buffer by way of the places of its samples, which are valid until it returns.
  mutating func fill(elementCountPerSample: Int, _ body: (BatchPlaces) -> Void) {
    // Taken out while they are filled, or they would have two owners and be copied.
    let counts = self.counts
    self.counts = .uint8([])
    switch consume counts {
    case .uint8(var array):
      // Safe: `body` uses the places while the array stays where it is.
      unsafe array.withUnsafeMutableBufferPointer { buffer in
        unsafe body(BatchPlaces(.uint8(buffer), elementCountPerSample))
      }
      self.counts = .uint8(array)
    case .uint16(var array):
      // Safe: as above.
      unsafe array.withUnsafeMutableBufferPointer { buffer in
        unsafe body(BatchPlaces(.uint16(buffer), elementCountPerSample))
      }
      self.counts = .uint16(array)
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

  /// Decodes a sample into the place of row `row`; no two threads may do it for the same row at a time.
  func decode(
    _ sample: SampleIndex, row: Int, with decoder: inout FrameDecoder
  ) throws(FrameCacheError) {
    let place = (row * elementCountPerSample)..<((row + 1) * elementCountPerSample)
    // Safe: `extracting` checks that the place lies in the buffer, places do not overlap, and the caller keeps
    // the buffer alive.
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

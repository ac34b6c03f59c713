/// The memory of a batch while threads fill it, one row per sample.
@safe struct BatchRows: @unchecked Sendable {
  @unsafe private enum Buffer {
    case uint8(UnsafeMutableBufferPointer<UInt8>)
    case uint16(UnsafeMutableBufferPointer<UInt16>)
    case float32(UnsafeMutableBufferPointer<Float>)
  }

  private let buffer: Buffer
  private let elementCountPerSample: Int

  /// Rows of memory that is valid as long as they are used.
  init(_ buffer: UnsafeMutableBufferPointer<UInt8>, _ elementCountPerSample: Int) {
    unsafe self.buffer = unsafe .uint8(buffer)
    self.elementCountPerSample = elementCountPerSample
  }

  /// As above, for counts of two bytes.
  init(_ buffer: UnsafeMutableBufferPointer<UInt16>, _ elementCountPerSample: Int) {
    unsafe self.buffer = unsafe .uint16(buffer)
    self.elementCountPerSample = elementCountPerSample
  }

  /// Rows of raw memory, aligned for its elements.
  init(
    _ memory: UnsafeMutableRawBufferPointer, _ type: BatchElementType, _ elementCountPerSample: Int
  ) {
    // Safe: the caller's memory holds elements of this type, and nothing else uses it meanwhile.
    unsafe self.buffer =
      switch type {
      case .uint8: unsafe .uint8(memory.bindMemory(to: UInt8.self))
      case .uint16: unsafe .uint16(memory.bindMemory(to: UInt16.self))
      case .float32: unsafe .float32(memory.bindMemory(to: Float.self))
      }
    self.elementCountPerSample = elementCountPerSample
  }

  /// Decodes a sample into a row; two threads must never decode into the same row concurrently.
  func decode(
    _ sample: SampleIndex, row: Int, with decoder: inout FrameDecoder
  ) throws(FrameCacheError) {
    let range = (row * elementCountPerSample)..<((row + 1) * elementCountPerSample)
    // Safe: `extracting` checks that the range lies in the buffer, rows do not overlap, and the
    // caller keeps the buffer alive.
    switch unsafe buffer {
    case .uint8(let buffer):
      var counts = unsafe buffer.extracting(range).mutableSpan
      try decoder.decode(sample, into: &counts)
    case .uint16(let buffer):
      var counts = unsafe buffer.extracting(range).mutableSpan
      try decoder.decode(sample, into: &counts)
    case .float32(let buffer):
      var counts = unsafe buffer.extracting(range).mutableSpan
      try decoder.decode(sample, into: &counts)
    }
  }
}

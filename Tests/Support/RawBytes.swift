extension [UInt8] {
  /// Gives `body` the bytes as the parsers take them.
  package func withRawSpan<Result, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // Safe: any byte is a valid UInt8.
    try body(unsafe span.bytes)
  }

  /// Copies what a span shows.
  package init(copying span: RawSpan) {
    // Safe: the call copies the span's bytes and keeps no pointer.
    self = unsafe span.withUnsafeBytes { unsafe Array($0) }
  }

  /// The bytes with one bit turned over; bit 0 is the lowest of the first byte.
  package func flippingBit(_ bit: Int) -> [UInt8] {
    var flipped = self
    flipped[bit / 8] ^= 1 << UInt8(bit % 8)
    return flipped
  }
}

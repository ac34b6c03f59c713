extension [UInt8] {
  /// Calls `body` with the bytes as a `RawSpan`, which parsers take.
  package func withRawSpan<Result, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // Safe: any byte is a valid UInt8.
    try body(unsafe span.bytes)
  }

  /// Copies the bytes of a span.
  package init(copying span: RawSpan) {
    // Safe: the call copies the span's bytes and keeps no pointer.
    self = unsafe span.withUnsafeBytes { unsafe Array($0) }
  }

  /// The bytes with one bit flipped; bit 0 is the lowest bit of the first byte.
  package func flippingBit(_ bit: Int) -> [UInt8] {
    var flipped = self
    flipped[bit / 8] ^= 1 << UInt8(bit % 8)
    return flipped
  }
}

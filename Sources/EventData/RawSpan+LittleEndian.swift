extension RawSpan {
  /// A little-endian integer; the place in the span need not be aligned.
  ///
  /// - Parameter byteOffset: From the start of the span; all bytes of the integer must lie in it.
  @inlinable
  package func littleEndian<Value: FixedWidthInteger & BitwiseCopyable>(
    _ type: Value.Type, at byteOffset: Int
  ) -> Value {
    precondition(
      byteOffset >= 0 && byteOffset <= byteCount - MemoryLayout<Value>.size,
      "byte \(byteOffset) of \(byteCount) is no place for \(Value.self)")
    // Safe: all bytes were just found to lie in the span, and any bits are a valid integer.
    return Value(
      littleEndian: unsafe unsafeLoadUnaligned(
        fromUncheckedByteOffset: byteOffset, as: Value.self))
  }

  /// The eight bytes of event `index` in the body of a polarity packet, without a check.
  ///
  /// - Parameter index: At least 0 and under `byteCount / 8`. The callers, in
  ///   `PolarityEvents.swift` and `PolaritySummary.swift`, run over `0..<count`, or check before
  ///   they call.
  @inlinable
  func polarityWord(unchecked index: Int) -> UInt64 {
    // Safe: see the parameter; any bits are a valid integer.
    UInt64(
      littleEndian: unsafe unsafeLoadUnaligned(
        fromUncheckedByteOffset: index &* 8, as: UInt64.self))
  }
}

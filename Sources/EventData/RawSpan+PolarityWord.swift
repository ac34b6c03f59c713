extension RawSpan {
  /// The eight bytes of event `index` in the body of a polarity packet, without a check.
  ///
  /// - Parameter index: In `0..<byteCount / 8`. The callers, in `PolarityEvents.swift` and
  ///   `PolaritySummary.swift`, iterate over `0..<count` or check the index first.
  @inlinable
  func polarityWord(unchecked index: Int) -> UInt64 {
    // Safe: see the parameter; any bits are a valid integer.
    UInt64(
      littleEndian: unsafe unsafeLoadUnaligned(
        fromUncheckedByteOffset: index &* 8, as: UInt64.self))
  }
}

extension RawSpan {
  /// A little-endian integer; the place in the span need not be aligned.
  ///
  /// - Parameter byteOffset: From the start of the span; all bytes of the integer must lie in it.
  @inlinable
  @inline(__always)
  package func littleEndian<Value: FixedWidthInteger & BitwiseCopyable>(
    _ type: Value.Type, at byteOffset: Int
  ) -> Value {
    Value(littleEndian: loaded(type, at: byteOffset))
  }

  /// Integers as they stand in memory; the place in the span need not be aligned.
  ///
  /// - Parameter byteOffset: From the start of the span; all bytes of the integers must lie in it.
  @inlinable
  @inline(__always)
  package func loaded<Value: BitwiseCopyable>(_ type: Value.Type, at byteOffset: Int) -> Value {
    // Safe: the call checks that all bytes lie in the span; any bits are valid integers.
    unsafe unsafeLoadUnaligned(fromByteOffset: byteOffset, as: Value.self)
  }

  /// A copy of the bytes.
  package func copied() -> [UInt8] {
    // Safe: the buffer is copied before the call ends.
    unsafe withUnsafeBytes { unsafe Array($0) }
  }
}

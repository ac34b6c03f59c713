extension RawSpan {
  /// Reads a little-endian integer at any byte offset, aligned or not.
  ///
  /// - Parameter byteOffset: Offset from the start of the span; all bytes of the integer must lie
  ///   in the span.
  @inlinable
  @inline(__always)
  package func littleEndian<Value: FixedWidthInteger & BitwiseCopyable>(
    _ type: Value.Type, at byteOffset: Int
  ) -> Value {
    Value(littleEndian: loaded(type, at: byteOffset))
  }

  /// Reads a little-endian integer at any byte offset, without a check.
  ///
  /// - Parameter byteOffset: As in `littleEndian(_:at:)`; the caller has checked it.
  @unsafe @inlinable
  @inline(__always)
  package func littleEndian<Value: FixedWidthInteger & BitwiseCopyable>(
    _ type: Value.Type, atUnchecked byteOffset: Int
  ) -> Value {
    unsafe Value(
      littleEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: byteOffset, as: Value.self))
  }

  /// Reads a value in the machine's byte order at any byte offset, aligned or not.
  ///
  /// - Parameter byteOffset: Offset from the start of the span; all bytes of the value must lie in
  ///   the span.
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

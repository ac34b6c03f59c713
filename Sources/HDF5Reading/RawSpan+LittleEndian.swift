// The only file of this target with unsafe code.

extension RawSpan {
  /// A little-endian integer; the place in the span need not be aligned.
  ///
  /// - Parameter byteOffset: From the start of the span; all bytes of the integer must lie in it.
  @inline(__always)
  func littleEndian<Value: FixedWidthInteger & BitwiseCopyable>(
    _ type: Value.Type, at byteOffset: Int
  ) -> Value {
    Value(littleEndian: loaded(type, at: byteOffset))
  }

  /// Integers as they stand in memory; the place in the span need not be aligned.
  ///
  /// - Parameter byteOffset: From the start of the span; all bytes of the integers must lie in it.
  @inline(__always)
  func loaded<Value: BitwiseCopyable>(_ type: Value.Type, at byteOffset: Int) -> Value {
    // Safe: the call checks that all bytes lie in the span; any bits are valid integers.
    unsafe unsafeLoadUnaligned(fromByteOffset: byteOffset, as: Value.self)
  }

  /// A copy of the bytes.
  func copied() -> [UInt8] {
    var copy: [UInt8] = []
    copy.reserveCapacity(byteCount)
    for index in 0..<byteCount { copy.append(littleEndian(UInt8.self, at: index)) }
    return copy
  }
}

/// The checksum of a block of memory, see ``lookup3(_:)-(RawSpan)``.
func lookup3(_ bytes: [UInt8]) -> UInt32 {
  // Safe: the span does not outlive the array.
  unsafe lookup3(bytes.span.bytes)
}

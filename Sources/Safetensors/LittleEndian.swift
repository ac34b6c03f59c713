internal import FileAccess

// The only file of this target with unsafe code.

extension MappedFile {
  /// Copies little-endian integers from any offset, aligned or not.
  ///
  /// - Parameters:
  ///   - byteOffset: The offset of the first integer in the file.
  ///   - count: Number of integers; all must be in the file.
  /// - Throws: ``FileError`` when the file has shrunk.
  borrowing func integers<Value: FixedWidthInteger & BitwiseCopyable>(
    _ type: Value.Type, at byteOffset: Int, count: Int
  ) throws(FileError) -> [Value] {
    let size = MemoryLayout<Value>.size
    precondition(
      byteOffset >= 0 && count >= 0 && count <= (byteCount - byteOffset) / size,
      "\(count) integers from byte \(byteOffset) on are not in \(byteCount) bytes")
    let values: [Value] = try withBytes { bytes throws(FileError) in
      (0..<count).map { index in
        // Safe: all integers are in the file, as checked above, and any bits are a valid integer.
        Value(
          littleEndian: unsafe bytes.unsafeLoadUnaligned(
            fromUncheckedByteOffset: byteOffset + index * size, as: Value.self))
      }
    }
    try requireWhole()
    return values
  }
}

extension Array where Element: FixedWidthInteger & BitwiseCopyable {
  /// The integers as little-endian bytes.
  var littleEndianBytes: [UInt8] {
    let stored = map(\.littleEndian)
    // Safe: the bytes of integers are all defined, and copied while the array lives.
    return unsafe stored.withUnsafeBytes { unsafe [UInt8]($0) }
  }
}

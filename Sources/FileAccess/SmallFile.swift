public import SystemPackage

/// Reads a small file whole.
///
/// - Parameter maximumByteCount: A larger file is refused.
/// - Throws: ``FileError`` when it cannot be read, is no regular file, or is too large.
public func readSmallFile(
  _ path: FilePath, maximumByteCount: Int = 16 << 20
) throws(FileError) -> [UInt8] {
  let file = try MappedFile(path)
  guard file.byteCount <= maximumByteCount else {
    throw FileError(path, "at most \(maximumByteCount) bytes expected, \(file.byteCount) found")
  }
  try file.populate(0..<file.byteCount)
  return file.withBytes { bytes in
    // Safe: the bytes are copied while the mapping lives.
    unsafe bytes.withUnsafeBytes { unsafe Array($0) }
  }
}

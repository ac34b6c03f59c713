public import SystemPackage

/// Reads a small file whole.
///
/// - Parameter maximumByteCount: A larger file is refused.
/// - Throws: ``FileError`` when it cannot be read, is no regular file, or is too large.
public func readSmallFile(
  _ path: FilePath, maximumByteCount: Int = 16 << 20
) throws(FileError) -> [UInt8] {
  let identity = try FileIdentity(of: path)
  guard identity.byteCount <= maximumByteCount else {
    throw FileError(
      path, "at most \(maximumByteCount) bytes expected, \(identity.byteCount) found")
  }
  do {
    let descriptor = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
    return try descriptor.closeAfter {
      var content: [UInt8] = []
      // A file may grow while it is read; nothing beyond the limit is taken.
      while content.count <= maximumByteCount {
        let piece = unsafe try Array<UInt8>(unsafeUninitializedCapacity: 1 << 16) { buffer, count in
          // Safe: the call writes into the buffer and says how many bytes.
          count = unsafe try descriptor.read(into: UnsafeMutableRawBufferPointer(buffer))
        }
        if piece.isEmpty { break }
        content.append(contentsOf: piece)
      }
      return content
    }
  } catch {
    throw FileError(path, "cannot be read", error as? Errno ?? .ioError)
  }
}

package import FileAccess

/// A member of a zip archive.
package struct ZipMember: Equatable, Sendable {
  /// Its name, as in `frames.npy`.
  package let name: String
  /// The size of its content in bytes.
  package let byteCount: Int
  /// Where its stored bytes are in the archive.
  package let storedRange: Range<Int>
  /// Where its entry begins, for the order of members.
  let offset: Int
  /// Whether the stored bytes are compressed.
  package let isDeflated: Bool
  /// The CRC-32 of the content.
  let checksum: UInt32

  /// Calls `body` with the content.
  ///
  /// - Parameters:
  ///   - bytes: The whole archive.
  ///   - maximumByteCount: The largest content that the caller can use.
  /// - Throws: ``FileContentError`` if the content is corrupt or too large; or what `body` throws.
  package func withContent<Result>(
    in bytes: RawSpan, maximumByteCount: Int,
    _ body: (RawSpan) throws(FileContentError) -> Result
  ) throws(FileContentError) -> Result {
    guard byteCount <= maximumByteCount else {
      throw failure("at most \(maximumByteCount) bytes expected, \(byteCount) found")
    }
    guard isDeflated else {
      let stored = bytes.extracting(storedRange)
      try requireChecksum(Deflate.checksum(stored))
      return try run(body, stored)
    }
    return try withInflated(byteCount, in: bytes, body)
  }

  /// The CRC-32 of bytes of a stored member that follow others, for one that is read in parts.
  ///
  /// - Parameters:
  ///   - bytes: The bytes.
  ///   - previous: The CRC-32 of those before; 0 without any.
  package static func checksum(_ bytes: RawSpan, after previous: UInt32) -> UInt32 {
    Deflate.checksum(bytes, after: previous)
  }

  /// Calls `body` with the start of the content; its checksum is known only if that is all of it.
  ///
  /// - Parameters:
  ///   - bytes: The whole archive.
  ///   - byteCount: Number of bytes, or all if there are fewer.
  /// - Throws: ``FileContentError`` if the content is corrupt; or what `body` throws.
  package func withStart<Result>(
    in bytes: RawSpan, byteCount startByteCount: Int,
    _ body: (RawSpan) throws(FileContentError) -> Result
  ) throws(FileContentError) -> Result {
    let count = min(startByteCount, byteCount)
    guard isDeflated else {
      return try run(body, bytes.extracting(storedRange).extracting(first: count))
    }
    return try withInflated(count, in: bytes, body)
  }

  private func withInflated<Result>(
    _ byteCount: Int, in bytes: RawSpan, _ body: (RawSpan) throws(FileContentError) -> Result
  ) throws(FileContentError) -> Result {
    var content: [UInt8] = []
    try MemberInflater(self).read(byteCount, of: bytes, into: &content)
    // Safe: any byte is a valid UInt8, and the array lives until the end.
    return try run(body, unsafe content.span.bytes)
  }

  private func run<Result>(
    _ body: (RawSpan) throws(FileContentError) -> Result, _ content: RawSpan
  ) throws(FileContentError) -> Result {
    do throws(FileContentError) { return try body(content) } catch { throw error.inMember(name) }
  }

  /// Throws unless the content has this CRC-32.
  ///
  /// - Parameter found: That of the content, for a member that is read in parts.
  package func requireChecksum(_ found: UInt32) throws(FileContentError) {
    guard found == checksum else {
      throw failure("the content does not have its checksum: the file is damaged")
    }
  }

  func failure(_ detail: String) -> FileContentError { FileContentError(printable(name), detail) }
}

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
  package let checksum: UInt32

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
    let stored = bytes.extracting(storedRange)
    guard isDeflated else {
      try requireChecksum(of: stored)
      return try run(body, stored)
    }
    guard byteCount / Deflate.maximumRatio <= stored.byteCount,
      let content = Deflate.inflated(stored, byteCount: byteCount)
    else { throw failure("the compressed content is corrupt") }
    // Safe: any byte is a valid UInt8, and the array lives until the end.
    try requireChecksum(of: unsafe content.span.bytes)
    return try run(body, unsafe content.span.bytes)
  }

  /// The CRC-32 of bytes of a stored member that follow others, for one that is read in parts.
  ///
  /// - Parameters:
  ///   - bytes: The bytes.
  ///   - previous: The CRC-32 of those before; 0 without any.
  package static func checksum(_ bytes: RawSpan, after previous: UInt32) -> UInt32 {
    Deflate.checksum(bytes, after: previous)
  }

  /// Calls `body` with the start of the content, whose checksum is not known.
  ///
  /// - Parameters:
  ///   - bytes: The whole archive.
  ///   - byteCount: Number of bytes, or all if there are fewer.
  /// - Throws: ``FileContentError`` if the content is corrupt; or what `body` throws.
  package func withStart<Result>(
    in bytes: RawSpan, byteCount startByteCount: Int,
    _ body: (RawSpan) throws(FileContentError) -> Result
  ) throws(FileContentError) -> Result {
    let stored = bytes.extracting(storedRange)
    let count = min(startByteCount, byteCount)
    guard isDeflated else { return try run(body, stored.extracting(first: count)) }
    guard let start = Deflate.inflatedStart(stored, byteCount: count) else {
      throw failure("the compressed content is corrupt")
    }
    // Safe: any byte is a valid UInt8, and the array lives until the end.
    return try run(body, unsafe start.span.bytes)
  }

  private func run<Result>(
    _ body: (RawSpan) throws(FileContentError) -> Result, _ content: RawSpan
  ) throws(FileContentError) -> Result {
    do throws(FileContentError) { return try body(content) } catch { throw error.inMember(name) }
  }

  private func requireChecksum(of content: RawSpan) throws(FileContentError) {
    guard Deflate.checksum(content) == checksum else {
      throw failure("the content does not have its checksum: the file is damaged")
    }
  }

  private func failure(_ detail: String) -> FileContentError {
    FileContentError(printable(name), detail)
  }
}

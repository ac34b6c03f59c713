internal import CZlib
package import FileAccess

/// Decompresses a deflated member from its start to its end, piece by piece.
///
/// The last piece is given only if the member has its size and checksum. Memory is that of zlib's
/// state, whose window has 32 KiB. One thread at a time uses an inflater.
@safe package final class MemberInflater: @unchecked Sendable {
  private let member: ZipMember
  /// zlib's state refers to it, so that it must stay where it is.
  private let stream: UnsafeMutablePointer<z_stream>
  /// The number of bytes of the content before the next piece.
  package private(set) var position = 0
  private var storedPosition = 0
  private var checksum: UInt32 = 0
  private var hasEnded = false

  private static let skippedByteCount = 1 << 16

  /// Starts at the first byte of the content.
  ///
  /// - Parameter member: A deflated member.
  /// - Throws: ``FileContentError`` if its stored bytes are too few for its content, or there is
  ///   not enough memory.
  package init(_ member: ZipMember) throws(FileContentError) {
    precondition(member.isDeflated, "\(member.name) is stored")
    guard member.byteCount / Deflate.maximumRatio <= member.storedRange.count else {
      throw member.failure(Self.corruptText)
    }
    // Safe: the memory is this object's, and zlib's state is freed in `deinit`.
    unsafe stream = try unsafe Self.makeStream(member) { stream in
      unsafe inflateInit2_(
        stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    }
    self.member = member
  }

  /// Copies an inflater, with its position.
  ///
  /// - Throws: ``FileContentError`` if there is not enough memory.
  package init(copying other: MemberInflater) throws(FileContentError) {
    // Safe: as above; the other's state is only read.
    unsafe stream = try unsafe Self.makeStream(other.member) { stream in
      unsafe inflateCopy(stream, other.stream)
    }
    member = other.member
    position = other.position
    storedPosition = other.storedPosition
    checksum = other.checksum
    hasEnded = other.hasEnded
  }

  deinit {
    // Safe: see `init`.
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  private static func makeStream(
    _ member: ZipMember, _ initialize: (UnsafeMutablePointer<z_stream>) -> Int32
  ) throws(FileContentError) -> UnsafeMutablePointer<z_stream> {
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    guard unsafe initialize(stream) == Z_OK else {
      unsafe stream.deallocate()
      throw member.failure("there is not enough memory to decompress the content")
    }
    return unsafe stream
  }

  /// The offset in the archive of the next stored byte that is read.
  package var archiveOffset: Int { member.storedRange.lowerBound + storedPosition }

  /// Decompresses the next piece of the content.
  ///
  /// - Parameters:
  ///   - byteCount: Its size; at most what is left.
  ///   - archive: The whole archive.
  ///   - buffer: Receives the piece at its start; it grows as needed.
  /// - Throws: ``FileContentError`` if the content is corrupt. The inflater must not be used again.
  package func read(
    _ byteCount: Int, of archive: RawSpan, into buffer: inout [UInt8]
  ) throws(FileContentError) {
    precondition((0...member.byteCount - position).contains(byteCount), "\(byteCount) bytes")
    if buffer.count < byteCount { buffer = [UInt8](repeating: 0, count: byteCount) }
    let stored = archive.extracting(member.storedRange)
    // Safe: the buffer has that many bytes, and is not used meanwhile.
    let madeCount = unsafe buffer.withUnsafeMutableBufferPointer { buffer in
      unsafe inflate(stored, into: UnsafeMutableBufferPointer(rebasing: buffer[..<byteCount]))
    }
    guard madeCount == byteCount else { throw member.failure(Self.corruptText) }
    // Safe: any byte is a valid UInt8; the span does not outlive the call.
    checksum = Deflate.checksum(
      unsafe buffer.span.bytes.extracting(first: byteCount), after: checksum)
    position += byteCount
    if position == member.byteCount { try requireEnd(stored) }
  }

  /// Decompresses the content up to a position, without giving it.
  ///
  /// - Throws: ``FileContentError`` if the content is corrupt. The inflater must not be used again.
  package func skip(to end: Int, of archive: RawSpan) throws(FileContentError) {
    var unwanted: [UInt8] = []
    while position < end {
      try read(min(end - position, Self.skippedByteCount), of: archive, into: &unwanted)
    }
  }

  /// Throws unless the stream ends here, with the last stored byte, and its content has its
  /// checksum.
  private func requireEnd(_ stored: RawSpan) throws(FileContentError) {
    var excess: UInt8 = 0
    // Safe: one byte, which is not used meanwhile.
    let excessCount = unsafe withUnsafeMutablePointer(to: &excess) { byte in
      unsafe inflate(stored, into: UnsafeMutableBufferPointer(start: byte, count: 1))
    }
    guard excessCount == 0, hasEnded, storedPosition == stored.byteCount else {
      throw member.failure(Self.corruptText)
    }
    try member.requireChecksum(checksum)
  }

  /// Calls zlib until the output is full or the stream ends, with pieces that fit its counters.
  ///
  /// - Returns: The number of bytes that were made; `nil` if the stream is corrupt or cut off.
  private func inflate(_ stored: RawSpan, into output: UnsafeMutableBufferPointer<UInt8>) -> Int? {
    var madeCount = 0
    while madeCount < output.count && !hasEnded {
      let input = stored.extracting(
        storedPosition..<min(stored.byteCount, storedPosition + 1 << 30))
      let inputCount = input.byteCount
      let outputCount = min(output.count - madeCount, 1 << 30)
      // Safe: zlib reads and writes at most as many bytes as it is told that the buffers have, and
      // uses no pointer to them after the call.
      let code = unsafe input.withUnsafeBytes { bytes in
        unsafe stream.pointee.next_in = UnsafeMutablePointer(
          mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
        unsafe stream.pointee.avail_in = UInt32(inputCount)
        unsafe stream.pointee.next_out = output.baseAddress.map { unsafe $0 + madeCount }
        unsafe stream.pointee.avail_out = UInt32(outputCount)
        return unsafe CZlib.inflate(stream, Z_NO_FLUSH)
      }
      let usedCount = unsafe inputCount - Int(stream.pointee.avail_in)
      let newCount = unsafe outputCount - Int(stream.pointee.avail_out)
      storedPosition += usedCount
      madeCount += newCount
      if code == Z_STREAM_END {
        hasEnded = true
      } else {
        guard code == Z_OK, usedCount + newCount > 0 else { return nil }
      }
    }
    return madeCount
  }

  private static let corruptText = "the compressed content is corrupt"
}

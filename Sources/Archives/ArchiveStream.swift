internal import FileAccess
internal import SystemPackage

/// The decompressed bytes of an archive, for libarchive in blocks, or directly where they are
/// needed.
@safe final class ArchiveStream {
  /// The file, with the defect that ended the stream.
  let file: DecompressedFile

  /// What the decompressed bytes are; `other` if the file is damaged.
  private(set) var kind = FileKind.other

  /// Whether the stream ends too early.
  var isCut: Bool { file.isCut || endsInContent }

  private let block: UnsafeMutableRawBufferPointer
  /// The last block that was handed out.
  private var last = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
  /// The number of bytes that have been read directly, and not been skipped.
  private var aheadByteCount: Int64 = 0
  /// The length of the first block, which is in memory before it is asked for.
  private var firstBlock: Int?
  private var endsInContent = false

  /// Bytes of a block.
  private static let blockByteCount = 1 << 18
  /// The caller may ask to stop after this many bytes.
  private static let maximumReadByteCount = 1 << 20

  /// Reads the first block of a file.
  init(_ file: DecompressedFile) {
    self.file = file
    // Safe: the block belongs to this object until `deinit`.
    unsafe block = UnsafeMutableRawBufferPointer.allocate(
      byteCount: Self.blockByteCount, alignment: 16)
    let count = unsafe file.read(into: block)
    firstBlock = count
    if count >= 0 {
      // Safe: the block has that many bytes; they are copied.
      kind = FileKind(
        startingWith: unsafe Array(block.prefix(min(count, FileKind.prefixByteCount))))
    }
  }

  deinit {
    // Safe: see `init`.
    unsafe block.deallocate()
  }

  /// Reads to the end of the file, past the last checksum.
  ///
  /// - Returns: Whether that succeeded.
  func finish() -> Bool {
    while true {
      let count = readBlock()
      if count <= 0 { return count == 0 }
    }
  }

  /// Reads the next block.
  ///
  /// - Returns: Its bytes, valid until the next call, empty at the end; `nil` when the file is
  ///   damaged or the caller asked to stop.
  func next() -> UnsafeRawBufferPointer? {
    let count = readBlock()
    guard count >= 0 else { return nil }
    // Safe: the block has that many bytes.
    unsafe last = UnsafeRawBufferPointer(rebasing: block[..<count])
    return unsafe last
  }

  private func readBlock() -> Int {
    if let count = firstBlock {
      firstBlock = nil
      return count
    }
    return unsafe file.read(into: block)
  }

  /// Reads the bytes from a position on, directly to where they are needed.
  ///
  /// They are not handed out again: whoever takes blocks must ``skip(_:)`` those behind the block.
  ///
  /// - Parameters:
  ///   - start: A position in the last block, or its end.
  ///   - target: The memory to fill.
  /// - Returns: The number of bytes read, which is the target's; negative when the stream ends
  ///   before or is damaged, or the caller asked to stop.
  func read(from start: Int, into target: UnsafeMutableRawBufferPointer) -> Int {
    let blockCount = file.position - start
    var count = min(blockCount, target.count)
    // Safe: the last bytes of the last block, and no more than the target has.
    unsafe target.copyMemory(
      from: UnsafeRawBufferPointer(rebasing: last.suffix(blockCount).prefix(count)))
    while count < target.count {
      let end = min(target.count, count + Self.maximumReadByteCount)
      // Safe: the range lies in the target.
      let readCount = unsafe file.read(
        into: UnsafeMutableRawBufferPointer(rebasing: target[count..<end]))
      guard readCount > 0 else {
        if readCount == 0 { endsInContent = true }
        return -1
      }
      count += readCount
      aheadByteCount += Int64(readCount)
    }
    return count
  }

  /// Whether ``read(from:into:)`` can read from a position.
  func canRead(from start: Int) -> Bool {
    unsafe aheadByteCount == 0 && file.position - last.count <= start && start <= file.position
  }

  /// Skips bytes that ``read(from:into:)`` has read.
  ///
  /// - Returns: The number of bytes skipped, at most `byteCount`.
  func skip(_ byteCount: Int64) -> Int64 {
    let skipped = min(byteCount, aheadByteCount)
    aheadByteCount -= skipped
    return skipped
  }
}

internal import FileAccess
internal import SystemPackage

/// A stream of a file's bytes, decompressed if it is a gzip file.
///
/// libarchive can decompress gzip itself, but more slowly, and without verifying the checksum.
@safe final class GzipStream {
  /// What the decompressed bytes are; `other` if the file is damaged.
  private(set) var kind = FileKind.other

  /// Whether the file is compressed with gzip.
  let isCompressed: Bool

  /// The defect in what has been read of the file so far; `nil` when there is none.
  private(set) var defect: String?

  /// Whether the file ends before the end of its gzip stream.
  private(set) var isCut = false

  /// Whether the caller asked to stop; nothing more is read then.
  private(set) var wasCancelled = false

  private var input: FileInput
  private let inflater: any Inflater
  /// Whether the next byte of the input belongs to a member, rather than to what is behind the
  /// last.
  private var isInMember: Bool
  private let block: UnsafeMutableRawBufferPointer
  /// The last block that was handed out.
  private var last = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
  /// The number of bytes that have been handed out or read directly.
  private var position = 0
  /// The number of bytes that have been read directly, and not been skipped.
  private var aheadByteCount: Int64 = 0
  /// The length of the first block, which is in memory before it is asked for.
  private var firstBlock: Int?
  private let isCancelled: () -> Bool

  /// Bytes of a block.
  private static let blockByteCount = 1 << 18
  /// The caller may ask to stop after this many bytes.
  private static let maximumReadByteCount = 1 << 20

  /// Opens a file and reads its first block.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - inflater: Decompresses it.
  ///   - isCancelled: Returns whether to stop; called for each block.
  /// - Throws: `Errno` when it cannot be opened.
  init(
    _ path: FilePath, inflater: any Inflater = FastestInflater(),
    isCancelled: @escaping () -> Bool
  ) throws(Errno) {
    var input = try FileInput(path)
    isCompressed = try Self.isMember(&input)
    isInMember = isCompressed
    self.input = input
    self.inflater = inflater
    self.isCancelled = isCancelled
    // Safe: the block belongs to this object until `deinit`.
    unsafe block = UnsafeMutableRawBufferPointer.allocate(
      byteCount: Self.blockByteCount, alignment: 16)
    let count = readBlock()
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

  /// The hash of the file, once ``finish()`` has succeeded.
  var contentHash: UInt64 { input.contentHash }

  /// Reads to the end of the file, past the last checksum.
  ///
  /// - Returns: Whether that succeeded; see ``defect`` and ``wasCancelled`` if not.
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
    position += count
    return unsafe last
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
    let inBlock = min(position - start, target.count)
    // Safe: the last bytes of the last block, and no more than the target has.
    unsafe target.copyMemory(
      from: UnsafeRawBufferPointer(rebasing: last.suffix(position - start).prefix(inBlock)))
    var count = inBlock
    while count < target.count {
      let end = min(target.count, count + Self.maximumReadByteCount)
      // Safe: the range lies in the target.
      let readCount = unsafe read(
        into: UnsafeMutableRawBufferPointer(rebasing: target[count..<end]))
      guard readCount > 0 else {
        if readCount == 0 { isCut = true }
        return -1
      }
      count += readCount
      position += readCount
      aheadByteCount += Int64(readCount)
    }
    return count
  }

  /// Skips bytes that ``read(from:into:)`` has read.
  ///
  /// - Returns: The number of bytes skipped, at most `byteCount`.
  func skip(_ byteCount: Int64) -> Int64 {
    let skipped = min(byteCount, aheadByteCount)
    aheadByteCount -= skipped
    return skipped
  }

  /// Whether ``read(from:into:)`` can read from a position.
  func canRead(from start: Int) -> Bool {
    unsafe aheadByteCount == 0 && position - last.count <= start && start <= position
  }

  /// Reads the next block, and returns its length; negative when the file is damaged or the caller
  /// asked to stop.
  private func readBlock() -> Int {
    if let count = firstBlock {
      firstBlock = nil
      return count
    }
    return unsafe read(into: block)
  }

  /// Reads to the end of the target, or of the stream.
  private func read(into target: UnsafeMutableRawBufferPointer) -> Int {
    guard !isCancelled() else {
      wasCancelled = true
      return -1
    }
    do throws(Errno) {
      return unsafe isCompressed ? try inflate(into: target) : try copy(into: target)
    } catch {
      defect = error.description
      return -1
    }
  }

  private func copy(into target: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
    try input.fill(atLeast: 1)
    let count = min(input.byteCount, target.count)
    // Safe: the target has at least as many bytes.
    unsafe target.copyMemory(from: UnsafeRawBufferPointer(rebasing: input.bytes[..<count]))
    input.use(count)
    return count
  }

  private func inflate(into target: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
    var count = 0
    while isInMember && count < target.count {
      try input.fill(atLeast: 1)
      // Safe: the inflater writes only to the rest of the target.
      let step = unsafe inflater.inflate(
        input.bytes, into: UnsafeMutableRawBufferPointer(rebasing: target[count...]))
      input.use(step.consumedByteCount)
      count += step.producedByteCount
      switch step.outcome {
      case .inMember:
        // Without input, and with room for output, there is no more to come.
        if input.byteCount == 0 && step.producedByteCount == 0 {
          try input.fill(atLeast: 1)
          guard input.byteCount > 0 else {
            isCut = true
            defect = "the file ends inside its gzip stream"
            return -1
          }
        }
      case .memberEnd:
        isInMember = try Self.isMember(&input)
        if isInMember { inflater.startMember() }
      case .defect(let reason):
        defect = "the gzip stream is damaged before byte \(input.position): \(reason)"
        return -1
      }
    }
    if count == 0 { try skipRest() }
    return count
  }

  /// Reads what is behind the last member, which gzip ignores, too: often zeros.
  private func skipRest() throws(Errno) {
    while input.byteCount > 0 {
      input.use(input.byteCount)
      try input.fill(atLeast: 1)
    }
  }

  /// Whether the next bytes are the start of a member of a gzip file.
  private static func isMember(_ input: inout FileInput) throws(Errno) -> Bool {
    // An inflater needs a member's whole header at once.
    try input.fill(atLeast: FileInput.capacity)
    // Safe: the second byte is read only if there is one.
    return unsafe input.byteCount >= 2 && input.bytes[0] == 0x1F && input.bytes[1] == 0x8B
  }
}

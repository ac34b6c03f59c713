internal import CArchive
internal import CZlib
internal import EventData
internal import FileAccess
internal import SystemPackage

/// A stream of a file's bytes, decompressed if it is a gzip file.
///
/// libarchive can decompress gzip itself, but does not verify the checksum; zlib does.
@safe final class GzipStream {
  private let file: gzFile
  private var buffer: UnsafeMutableRawBufferPointer
  /// The length of the first block, which is in the buffer before it is asked for.
  private var firstBlock: Int?
  private let isCancelled: () -> Bool

  /// What the decompressed bytes are; `other` if the file is damaged.
  private(set) var kind = FileKind.other

  /// Whether the caller asked to stop; nothing more is read then.
  private(set) var wasCancelled = false

  /// Opens a file and reads its first block.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - isCancelled: Returns whether to stop; called for each block.
  /// - Returns: `nil` when it cannot be opened; `errno` contains the reason.
  init?(_ path: FilePath, isCancelled: @escaping () -> Bool) {
    // Safe: the handle and the buffer belong to this object until `deinit`.
    let file = unsafe path.withPlatformString { name in unsafe gzopen(name, "rbe") }
    guard let file = unsafe file else { return nil }
    unsafe self.file = unsafe file
    self.isCancelled = isCancelled
    unsafe gzbuffer(file, 1 << 18)
    unsafe buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    let count = readBlock()
    firstBlock = count
    if count >= 0 {
      // Safe: the block has that many bytes; they are copied.
      kind = FileKind(
        startingWith: unsafe Array(buffer.prefix(min(count, FileKind.prefixByteCount))))
    }
  }

  deinit {
    // Safe: see `init`.
    unsafe gzclose_r(file)
    unsafe buffer.deallocate()
  }

  /// Whether the file is compressed with gzip.
  var isCompressed: Bool {
    // Safe: see `init`.
    unsafe gzdirect(file) == 0
  }

  /// The defect in what has been read of the file so far; `nil` when there is none.
  var defect: String? {
    let (code, text) = error
    return code == Z_OK ? nil : text ?? "the gzip stream is damaged"
  }

  /// Whether the file ends before the end of its gzip stream.
  var isCut: Bool { error.code == Z_BUF_ERROR }

  private var error: (code: Int32, text: String?) {
    var code: Int32 = 0
    // Safe: the text belongs to the handle and is copied.
    let text = unsafe gzerror(file, &code).map { unsafe String(cString: $0) }
    return (code, text)
  }

  /// Throws if the caller asked to stop: libarchive may unpack much of one block.
  func requireUncancelled(_ path: FilePath) throws(DataSetError) {
    if isCancelled() { throw .cancelled(path) }
  }

  /// Reads to the end, where the checksum is.
  ///
  /// - Returns: Whether that succeeded; see ``defect`` and ``wasCancelled`` if not.
  func finish() -> Bool {
    while true {
      let count = readBlock()
      if count <= 0 { return count == 0 }
    }
  }

  /// Reads the next block into the buffer.
  ///
  /// - Returns: Its length in bytes; 0 at the end, negative when the file is damaged or the caller
  ///   asked to stop.
  fileprivate func readBlock() -> Int {
    if let count = firstBlock {
      firstBlock = nil
      return count
    }
    guard !isCancelled() else {
      wasCancelled = true
      return -1
    }
    // Safe: the call writes at most as many bytes as the buffer has.
    let count = unsafe Int(gzread(file, buffer.baseAddress, UInt32(buffer.count)))
    // For a truncated stream, zlib returns the available bytes and sets only the error.
    return defect == nil ? count : -1
  }

  /// Makes an archive read from the stream, which must outlive the archive.
  func attach(to archive: OpaquePointer) -> Int32 {
    // Safe: the object outlives the archive, so the pointer that the callback gets is valid.
    unsafe archive_read_open(
      archive, Unmanaged.passUnretained(self).toOpaque(), nil,
      { _, stream, block in
        guard let stream = unsafe stream, let block = unsafe block else { return -1 }
        let gzip = unsafe Unmanaged<GzipStream>.fromOpaque(stream).takeUnretainedValue()
        let count = gzip.readBlock()
        unsafe block.pointee = unsafe UnsafeRawPointer(gzip.buffer.baseAddress)
        return count
      }, nil)
  }
}

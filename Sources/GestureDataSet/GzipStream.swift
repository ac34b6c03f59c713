internal import CArchive
internal import CZlib
internal import SystemPackage

/// A stream of a file's bytes, decompressed if it is a gzip file.
///
/// libarchive can decompress gzip itself, but does not verify the checksum; zlib does.
@safe final class GzipStream {
  private let file: gzFile
  private var buffer: UnsafeMutableRawBufferPointer

  /// Opens a file.
  ///
  /// - Returns: `nil` when it cannot be opened; `errno` contains the reason.
  init?(_ path: FilePath) {
    // Safe: the handle and the buffer belong to this object until `deinit`.
    let file = unsafe path.withPlatformString { name in unsafe gzopen(name, "rbe") }
    guard let file = unsafe file else { return nil }
    unsafe self.file = unsafe file
    unsafe gzbuffer(file, 1 << 18)
    unsafe buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
  }

  deinit {
    // Safe: see `init`.
    unsafe gzclose_r(file)
    unsafe buffer.deallocate()
  }

  /// The defect in what has been read of the file so far; `nil` when there is none.
  var defect: String? {
    var code: Int32 = 0
    // Safe: the text belongs to the handle and is copied.
    let text = unsafe gzerror(file, &code).map { unsafe String(cString: $0) }
    return code == Z_OK ? nil : text ?? "the gzip stream is damaged"
  }

  /// Reads to the end, where the checksum is, and returns the defect found.
  func finish() -> String? {
    while readBlock() > 0 {}
    return defect
  }

  /// Reads the next block into the buffer.
  ///
  /// - Returns: Its length in bytes; 0 at the end, negative when the file is damaged.
  fileprivate func readBlock() -> Int {
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

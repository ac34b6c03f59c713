internal import FileAccess
internal import SystemPackage

/// A file that is read once to its end, and hashed.
@safe struct FileInput: ~Copyable {
  /// Bytes that have been read, but not yet used, of the buffer.
  private var unread = 0..<0
  private let buffer: UnsafeMutableRawBufferPointer
  private let file: FileDescriptor
  private var hash = ContentHash()
  /// Position in the file of the next unused byte.
  private(set) var position: Int
  /// Whether all bytes have been read into the buffer.
  private var isRead = false

  /// The largest number of bytes that are in memory.
  static let capacity = 1 << 18

  /// Opens a file at a position.
  init(_ path: FilePath, from start: Int = 0) throws(Errno) {
    let file: FileDescriptor
    do {
      file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
      if start > 0 { _ = try file.seek(offset: Int64(start), from: .start) }
    } catch {
      throw error as? Errno ?? .ioError
    }
    self.file = file
    position = start
    // Safe: the buffer belongs to this value until `deinit`.
    unsafe buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: Self.capacity, alignment: 16)
  }

  deinit {
    // Safe: see `init`.
    unsafe buffer.deallocate()
    try? file.close()
  }

  /// The unused bytes that are in memory; valid until the next call of `fill` or `use`.
  var bytes: UnsafeRawBufferPointer {
    // Safe: the range lies in the buffer.
    unsafe UnsafeRawBufferPointer(rebasing: buffer[unread])
  }

  /// The number of unused bytes that are in memory.
  var byteCount: Int { unread.count }

  /// The hash of the whole file, after its last byte was read.
  var contentHash: UInt64 { hash.value }

  /// Marks bytes as used.
  mutating func use(_ byteCount: Int) {
    unread = unread.lowerBound + byteCount..<unread.upperBound
    position += byteCount
  }

  /// Reads until at least `minimumCount` unused bytes are in memory, or all that the file has.
  mutating func fill(atLeast minimumCount: Int) throws(Errno) {
    precondition(minimumCount <= Self.capacity)
    while unread.count < minimumCount && !isRead {
      if unread.lowerBound > 0 {
        // Safe: both ranges lie in the buffer; `copyMemory` allows them to overlap.
        unsafe buffer.copyMemory(from: bytes)
        unread = 0..<unread.count
      }
      let count: Int
      do {
        // Safe: at most as many bytes are read as the rest of the buffer has. Interrupted reads are
        // repeated.
        count = try unsafe file.read(
          into: UnsafeMutableRawBufferPointer(rebasing: buffer[unread.upperBound...]))
      } catch {
        throw error as? Errno ?? .ioError
      }
      let new = unread.upperBound..<unread.upperBound + count
      // Safe: the bytes were just read.
      unsafe hash.update(RawSpan(_unsafeBytes: UnsafeRawBufferPointer(rebasing: buffer[new])))
      isRead = count == 0
      unread = unread.lowerBound..<new.upperBound
    }
  }
}

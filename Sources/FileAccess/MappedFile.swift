internal import CLinux
internal import Glibc
public import SystemPackage

// Maps files into memory; LostPages.swift handles the loss of pages. The unsafe calls in the
// module's other files are system calls.

/// Size of a memory page in bytes; at least 4096.
public let pageByteCount = max(4096, sysconf(Int32(_SC_PAGESIZE)))

/// A memory-mapped file, whose bytes can be read without a copy.
///
/// When the file shrinks or its disk fails, the read that notices it throws an error. Once a page
/// is lost, all further reads throw: pages that reappear may be another file's.
@safe public struct MappedFile: ~Copyable, Sendable {
  /// The file's name, for messages.
  public let path: FilePath

  /// Size and modification time of the file when it was opened.
  public let identity: FileIdentity

  /// The file's size in bytes when it was opened.
  public let byteCount: Int

  // The mapping, valid for the lifetime of the value; `nil` for an empty file, which cannot be
  // mapped.
  private nonisolated(unsafe) let base: UnsafeMutableRawPointer?
  // Not `nil` when `base` is not.
  private nonisolated(unsafe) let slot: UnsafeMutablePointer<MappingSlot>?
  // The opened file, even if another file has its name by now.
  private let descriptor: FileDescriptor

  /// Opens and maps a regular file.
  ///
  /// - Throws: ``FileError`` when it cannot be opened, is not a regular file, or cannot be mapped.
  public init(_ path: FilePath) throws(FileError) {
    let descriptor: FileDescriptor
    do {
      // Non-blocking, so as not to wait for the writer of a pipe of that name.
      descriptor = try FileDescriptor.open(
        path, .readOnly, options: [.closeOnExec, .nonBlocking])
    } catch {
      throw FileError(path, "cannot be opened", error as? Errno ?? .ioError)
    }
    let (identity, base): (FileIdentity, UnsafeMutableRawPointer?)
    do throws(FileError) {
      identity = try Self.identity(of: descriptor, path)
      unsafe base = unsafe try Self.map(descriptor, byteCount: Int(identity.byteCount), path)
    } catch {
      try? descriptor.close()
      throw error
    }
    let byteCount = Int(identity.byteCount)
    // Safe: the mapping is unwatched before it ends, in `deinit`.
    unsafe slot = unsafe base.map { unsafe MappingSlot.watch($0, byteCount: byteCount) }
    self.identity = identity
    self.byteCount = byteCount
    unsafe self.base = unsafe base
    self.path = path
    self.descriptor = descriptor
  }

  private static func identity(
    of descriptor: FileDescriptor, _ path: FilePath
  ) throws(FileError) -> FileIdentity {
    let stat: Stat
    do { stat = try Stat(descriptor) } catch {
      throw FileError(path, "cannot be examined", error)
    }
    return try FileIdentity(stat, path: path)
  }

  private static func map(
    _ descriptor: FileDescriptor, byteCount: Int, _ path: FilePath
  ) throws(FileError) -> UnsafeMutableRawPointer? {
    if byteCount == 0 { return nil }
    // Safe: the mapping is private to one value, read-only, and unmapped in its `deinit` only.
    let address = unsafe mmap(nil, byteCount, PROT_READ, MAP_SHARED, descriptor.rawValue, 0)
    guard let address = unsafe address, unsafe address != MAP_FAILED else {
      throw FileError(path, "cannot be mapped", Errno(rawValue: Glibc.errno))
    }
    return unsafe address
  }

  deinit {
    // Safe: `base` is what `mmap` gave for this length; no span of it outlives `withBytes`.
    unsafe slot?.pointee.unwatch()
    if let base = unsafe base { unsafe munmap(base, byteCount) }
    try? descriptor.close()
  }

  /// Whether size and modification time of the file are still those at its opening.
  ///
  /// A change within one tick of the file system's clock goes unnoticed. Another file that now has
  /// the same name does not count as a change.
  public borrowing func isUnchanged() -> Bool {
    (try? Self.identity(of: descriptor, path)) == identity
  }

  /// Calls `body` with the file's bytes.
  ///
  /// - Parameter body: Reads zeros for lost pages. Its result is then discarded, so it must have no
  ///   other effects that depend on the bytes.
  /// - Throws: What `body` throws; or a ``FileError``, converted to the same type, when a page of
  ///   the file was lost.
  public borrowing func withBytes<Result, Failure: FileErrorConvertible>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // Safe: the mapping has `byteCount` bytes and lives until after the call.
    let buffer = unsafe UnsafeRawBufferPointer(start: base, count: base == nil ? 0 : byteCount)
    let result: Result
    do throws(Failure) { result = try body(unsafe buffer.bytes) } catch {
      // Zeros of lost pages may have caused the error.
      do throws(FileError) { try requireIntact() } catch { throw Failure(error) }
      throw error
    }
    do throws(FileError) { try requireIntact() } catch { throw Failure(error) }
    return result
  }

  /// Throws if the file is shorter than when it was opened.
  ///
  /// Call it after reading everything: if the file now ends within a page, the remainder of that
  /// page reads as zeros, which ``withBytes(_:)`` cannot detect.
  ///
  /// - Throws: ``FileError`` with the byte at which the file now ends.
  public borrowing func requireWhole() throws(FileError) {
    let now = try Self.identity(of: descriptor, path).byteCount
    guard now >= byteCount else {
      throw FileError(path, "bytes from \(now) on \(Self.lossText)")
    }
  }

  private borrowing func requireIntact() throws(FileError) {
    // Safe: slots are never freed.
    guard let byte = unsafe slot?.pointee.firstLostByte() else { return }
    throw FileError(path, "bytes from \(byte) on \(Self.lossText)")
  }

  private static let lossText =
    "cannot be read: the file has shrunk since it was opened, or its disk fails"

  /// Loads a range of the file into memory.
  ///
  /// - Parameter range: A byte range; its part outside the file is ignored.
  /// - Throws: ``FileError`` when bytes cannot be read: the file has shrunk, or its disk fails.
  public borrowing func populate(_ range: Range<Int>) throws(FileError) {
    guard let (address, length) = unsafe pages(of: range) else { return }
    try requireIntact()
    // Safe: whole pages of the mapping; the call changes no content.
    var remainingAttempts = 100
    while unsafe madvise(address, length, Int32(CLinux_MADV_POPULATE_READ)) != 0 {
      remainingAttempts -= 1
      switch Glibc.errno {
      // Without an end to the attempts, a system that always gives this answer would be asked
      // forever. Pages are also loaded on access.
      case EINTR, EAGAIN: if remainingAttempts == 0 { return }
      // An older kernel, or a sandbox that does not have the call.
      case EINVAL, ENOSYS, EPERM: return
      case EFAULT, EIO, EHWPOISON:
        throw FileError(
          path, "bytes \(range.lowerBound) to \(range.upperBound) \(Self.lossText)")
      default: throw FileError(path, "cannot be read", Errno(rawValue: Glibc.errno))
      }
    }
  }

  /// Releases the memory of a range of the file; reading the range loads it again.
  public borrowing func release(_ range: Range<Int>) {
    guard let (address, length) = unsafe pages(of: range) else { return }
    // Safe: whole pages of a read-only file mapping, which are loaded again on access.
    _ = unsafe madvise(address, length, MADV_DONTNEED)
  }

  /// The address and length of the pages that cover `range`; `nil` when it is empty or outside the
  /// file.
  private borrowing func pages(
    of range: Range<Int>
  ) -> (address: UnsafeMutableRawPointer, length: Int)? {
    let clamped = range.clamped(to: 0..<byteCount)
    guard let base = unsafe base, !clamped.isEmpty else { return nil }
    let start = clamped.lowerBound / pageByteCount * pageByteCount
    // Safe: `start` lies in the mapping.
    return unsafe (base + start, clamped.upperBound - start)
  }
}

internal import CLinux
internal import Glibc
public import SystemPackage

// Maps memory; LostPages.swift deals with what is lost of it, and the unsafe calls of the target's
// other files are system calls.

/// Bytes of a page of memory.
public let pageByteCount = max(4096, sysconf(Int32(_SC_PAGESIZE)))

/// A file whose bytes can be looked at as memory, without a copy.
///
/// A file that shrinks meanwhile, or whose disk fails, is an error of the read that comes upon it.
/// One of which a page was lost is refused from then on, whole: what comes back may be another
/// file's.
@safe public struct MappedFile: ~Copyable, Sendable {
  /// The file's name, for messages.
  public let path: FilePath

  /// Size and time of the file when it was opened.
  public let identity: FileIdentity

  /// The file's size.
  public let byteCount: Int

  // Held for the whole life of the value; `nil` for an empty file, which cannot be mapped.
  private nonisolated(unsafe) let base: UnsafeMutableRawPointer?
  // There for each mapping.
  private nonisolated(unsafe) let slot: UnsafeMutablePointer<MappingSlot>?
  // The file itself, whatever has its name by now.
  private let descriptor: FileDescriptor

  /// Opens and maps a regular file.
  ///
  /// - Throws: ``FileError`` when it cannot be opened, is no regular file, or cannot be mapped.
  public init(_ path: FilePath) throws(FileError) {
    let descriptor: FileDescriptor
    do {
      // Not to block on a pipe of that name.
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

  /// Whether size and time of the file are still those of its opening.
  ///
  /// It need not have changed for good where they are: a clock has ticks. A file that took its name
  /// is another one, and no change.
  public borrowing func isUnchanged() -> Bool {
    (try? Self.identity(of: descriptor, path)) == identity
  }

  /// Gives `body` the file's bytes.
  ///
  /// - Parameter body: Gets zeros for what has been lost of the file; then what it makes of them is
  ///   thrown away, and it must have done nothing else with it.
  /// - Throws: What `body` throws; or a ``FileError``, as one of the same type, where a page of the
  ///   file was lost.
  public borrowing func withBytes<Result, Failure: FileErrorConvertible>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // Safe: the mapping has `byteCount` bytes and lives until after the call.
    let buffer = unsafe UnsafeRawBufferPointer(start: base, count: base == nil ? 0 : byteCount)
    let result: Result
    do throws(Failure) { result = try body(unsafe buffer.bytes) } catch {
      // Zeros may be the reason.
      do throws(FileError) { try requireIntact() } catch { throw Failure(error) }
      throw error
    }
    do throws(FileError) { try requireIntact() } catch { throw Failure(error) }
    return result
  }

  /// Refuses a file that is shorter than when it was opened.
  ///
  /// To be called once all is read: the rest of a page in which the file now ends reads as zeros,
  /// of which ``withBytes(_:)`` knows nothing.
  ///
  /// - Throws: ``FileError`` that says so.
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

  /// Brings a part of the file into memory.
  ///
  /// - Parameter range: Bytes of the file; what lies outside it is left out.
  /// - Throws: ``FileError`` where a part cannot be read: the file has shrunk, or its disk has a
  ///   fault.
  public borrowing func populate(_ range: Range<Int>) throws(FileError) {
    guard let (address, length) = unsafe pages(of: range) else { return }
    try requireIntact()
    // Safe: whole pages of the mapping; the call changes no content.
    while unsafe madvise(address, length, Int32(CLinux_MADV_POPULATE_READ)) != 0 {
      switch Glibc.errno {
      case EINTR, EAGAIN: continue
      case EINVAL: return  // An older kernel: pages come when they are touched.
      case EFAULT, EIO, EHWPOISON:
        throw FileError(
          path, "bytes \(range.lowerBound) to \(range.upperBound) \(Self.lossText)")
      default: throw FileError(path, "cannot be read", Errno(rawValue: Glibc.errno))
      }
    }
  }

  /// Lets go of the memory that a part of the file takes; it can still be read, from the file anew.
  public borrowing func release(_ range: Range<Int>) {
    guard let (address, length) = unsafe pages(of: range) else { return }
    // Safe: whole pages of a read-only file mapping; they come back when they are touched.
    _ = unsafe madvise(address, length, MADV_DONTNEED)
  }

  /// The whole pages that cover `range`.
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

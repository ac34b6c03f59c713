internal import CLinux
internal import Glibc
public import SystemPackage

// The only file of this target that maps memory; the unsafe calls of others are system calls.

/// Bytes of a page of memory.
public let pageByteCount = max(4096, sysconf(Int32(_SC_PAGESIZE)))

/// A file whose bytes can be looked at as memory, without a copy.
@safe public struct MappedFile: ~Copyable, Sendable {
  /// The file's name, for messages.
  public let path: FilePath

  /// Size and time of the file when it was opened.
  public let identity: FileIdentity

  /// The file's size.
  public let byteCount: Int

  // Held for the whole life of the value; `nil` for an empty file, which cannot be mapped.
  private nonisolated(unsafe) let base: UnsafeMutableRawPointer?

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
    defer { try? descriptor.close() }
    let stat: Stat
    do {
      stat = try Stat(descriptor)
    } catch {
      throw FileError(path, "cannot be examined", error)
    }
    let identity = try FileIdentity(stat, path: path)
    let byteCount = Int(identity.byteCount)
    var base: UnsafeMutableRawPointer?
    if byteCount > 0 {
      // Safe: the mapping is private to this value, read-only, and unmapped in `deinit` only.
      let address = unsafe mmap(nil, byteCount, PROT_READ, MAP_SHARED, descriptor.rawValue, 0)
      guard let address = unsafe address, unsafe address != MAP_FAILED else {
        throw FileError(path, "cannot be mapped", Errno(rawValue: Glibc.errno))
      }
      unsafe base = unsafe address
    }
    self.path = path
    self.identity = identity
    self.byteCount = byteCount
    unsafe self.base = unsafe base
  }

  deinit {
    // Safe: `base` is what `mmap` gave for this length; no span of it outlives `withBytes`.
    if let base = unsafe base { unsafe munmap(base, byteCount) }
  }

  /// Gives `body` the file's bytes.
  ///
  /// A file that shrinks meanwhile ends the process (SIGBUS) when the missing part is touched;
  /// ``populate(_:)`` before reading turns that into an error.
  public borrowing func withBytes<Result, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // Safe: the mapping has `byteCount` bytes and lives until after the call.
    let buffer = unsafe UnsafeRawBufferPointer(start: base, count: base == nil ? 0 : byteCount)
    return try body(unsafe buffer.bytes)
  }

  /// Brings a part of the file into memory.
  ///
  /// - Parameter range: Bytes of the file; what lies outside it is left out.
  /// - Throws: ``FileError`` where a part cannot be read: the file has shrunk, or its disk has a
  ///   fault.
  public borrowing func populate(_ range: Range<Int>) throws(FileError) {
    guard let (address, length) = unsafe pages(of: range) else { return }
    // Safe: whole pages of the mapping; the call changes no content.
    while unsafe madvise(address, length, Int32(CLinux_MADV_POPULATE_READ)) != 0 {
      switch Glibc.errno {
      case EINTR, EAGAIN: continue
      case EINVAL: return  // An older kernel: pages come when they are touched.
      case EFAULT, EIO, EHWPOISON:
        throw FileError(
          path,
          "bytes \(range.lowerBound) to \(range.upperBound) cannot be read: "
            + "the file has shrunk since it was opened, or its disk fails")
      default: throw FileError(path, "cannot be read", Errno(rawValue: Glibc.errno))
      }
    }
  }

  /// Brings bytes that ``withBytes(_:)`` gives into memory.
  ///
  /// - Parameter path: The file's name, for messages.
  /// - Throws: ``FileError`` as ``populate(_:)`` does.
  package static func populate(_ bytes: RawSpan, of path: FilePath) throws(FileError) {
    let failure: Int32 = unsafe bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress, bytes.byteCount > 0 else { return 0 }
      // Safe: the whole pages in which the span's bytes lie; the call changes no content.
      let start = Int(bitPattern: base) / pageByteCount * pageByteCount
      let end = Int(bitPattern: base) + bytes.byteCount
      let address = unsafe UnsafeMutableRawPointer(bitPattern: start)
      while unsafe madvise(address, end - start, Int32(CLinux_MADV_POPULATE_READ)) != 0 {
        let code = Glibc.errno
        if code != EINTR && code != EAGAIN { return code }
      }
      return 0
    }
    switch failure {
    case EFAULT, EIO, EHWPOISON:
      throw FileError(
        path,
        "\(bytes.byteCount) bytes cannot be read: the file has shrunk since it was opened, or its "
          + "disk fails")
    default: return  // Of other failures the read itself tells, if anything does.
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

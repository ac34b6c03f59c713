internal import Glibc
public import SystemPackage

/// Flushes a file to disk.
///
/// - Throws: The system's error.
public func synchronize(_ descriptor: FileDescriptor) throws(Errno) {
  while fsync(descriptor.rawValue) != 0 {
    let error = Errno(rawValue: Glibc.errno)
    if error != .interrupted { throw error }
  }
}

/// Copies all bytes of a file to the start of another.
func copyBytes(
  from source: FileDescriptor, to destination: FileDescriptor
) throws(Errno) {
  let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
  defer { unsafe buffer.deallocate() }
  var offset: Int64 = 0
  do {
    while true {
      let count = try unsafe source.read(fromAbsoluteOffset: offset, into: buffer)
      if count == 0 { return }
      let bytes = unsafe UnsafeRawBufferPointer(rebasing: buffer[..<count])
      try unsafe destination.writeAll(toAbsoluteOffset: offset, bytes)
      offset += Int64(count)
    }
  } catch {
    throw error as? Errno ?? .ioError
  }
}

/// A folder that is held open so that its names can be flushed to disk.
struct OpenDirectory: ~Copyable {
  private let path: FilePath
  private let descriptor: FileDescriptor

  /// Opens a folder.
  ///
  /// - Throws: ``FileError``.
  init(_ path: FilePath) throws(FileError) {
    self.path = path
    do {
      descriptor = try FileDescriptor.open(path, .readOnly, options: [.directory, .closeOnExec])
    } catch {
      throw FileError(path, "cannot be written to", error as? Errno ?? .ioError)
    }
  }

  deinit { try? descriptor.close() }

  /// Flushes the folder's names to disk.
  ///
  /// - Parameter published: What has just got its name in the folder, if anything.
  /// - Throws: ``FileError``, which says so when something was published.
  borrowing func synchronize(after published: FilePath? = nil) throws(FileError) {
    do {
      try FileAccess.synchronize(descriptor)
    } catch .invalidArgument {
      // Some file systems cannot do this for folders, and need not.
    } catch {
      guard let published else { throw FileError(path, "cannot be written to", error) }
      throw FileError(
        published, "is complete and in place, but its folder cannot be flushed to disk", error)
    }
  }
}

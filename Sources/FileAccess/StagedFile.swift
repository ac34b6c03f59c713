internal import CLinux
internal import Glibc
public import SystemPackage

/// A file that appears under its name when it is complete, or not at all.
///
/// Where the file system can (ext4, xfs, btrfs, tmpfs …), the file has no name until it is
/// published, so that even `kill -9` leaves nothing behind; only between two system calls that put
/// it in the place of another file does it have a hidden name, which the next attempt removes.
/// Elsewhere it is a hidden file beside the destination, removed when the value goes, and taken
/// over by the next attempt after a crash.
public struct StagedFile: ~Copyable {
  /// Where the file will stand.
  public let destination: FilePath

  /// The name under which the file can be opened until it is published.
  public let pathForWriting: FilePath

  private let descriptor: FileDescriptor
  /// Whether the file stands under a hidden name, which must go.
  private var isNamed: Bool

  /// Makes the file, empty.
  ///
  /// - Parameter destination: Its folder must be there.
  /// - Throws: ``FileError`` when the folder cannot be written to.
  public init(for destination: FilePath) throws(FileError) {
    try self.init(for: destination, canBeUnnamed: true)
  }

  /// As ``init(for:)``; tests choose the way of file systems that have no files without a name.
  init(for destination: FilePath, canBeUnnamed: Bool) throws(FileError) {
    let directory = destination.parentDirectory
    Self.removeDebris(of: destination)
    if canBeUnnamed, let descriptor = try Self.openUnnamed(in: directory) {
      self.destination = destination
      self.descriptor = descriptor
      pathForWriting = Self.name(of: descriptor)
      isNamed = false
      return
    }
    let hidden = Self.hiddenName(beside: destination)
    let descriptor = try Self.openHidden(hidden, for: destination)
    self.destination = destination
    self.descriptor = descriptor
    pathForWriting = hidden
    isNamed = true
  }

  private static let permissions: FilePermissions = [
    .ownerReadWrite, .groupReadWrite, .otherReadWrite,
  ]

  /// A file without a name; `nil` where the file system has none.
  private static func openUnnamed(
    in directory: FilePath
  ) throws(FileError) -> FileDescriptor? {
    let unnamed = FileDescriptor.OpenOptions(rawValue: Int32(CLinux_O_TMPFILE) | O_CLOEXEC)
    do {
      let descriptor = try FileDescriptor.open(
        directory, .readWrite, options: unnamed, permissions: permissions)
      if name(of: descriptor).exists {
        // Held until the value goes: a locked file under the hidden name is not debris.
        _ = flock(descriptor.rawValue, LOCK_EX | LOCK_NB)
        return descriptor
      }
      try descriptor.close()
    } catch Errno.notSupported, Errno.isDirectory, Errno.invalidArgument {
      // This file system has no files without a name.
    } catch {
      throw FileError(directory, "cannot be written to", error as? Errno ?? .ioError)
    }
    return nil
  }

  /// Removes what a process has left that was killed; not what another is just writing.
  private static func removeDebris(of destination: FilePath) {
    let hidden = hiddenName(beside: destination)
    guard
      let descriptor = try? FileDescriptor.open(
        hidden, .readOnly, options: [.closeOnExec, .noFollow, .nonBlocking])
    else { return }
    if flock(descriptor.rawValue, LOCK_EX | LOCK_NB) == 0 { removeName(hidden) }
    try? descriptor.close()
  }

  /// A hidden file that no other process is writing.
  private static func openHidden(
    _ hidden: FilePath, for destination: FilePath
  ) throws(FileError) -> FileDescriptor {
    while true {
      let descriptor: FileDescriptor
      do {
        descriptor = try FileDescriptor.open(
          hidden, .readWrite, options: [.create, .closeOnExec, .noFollow],
          permissions: permissions)
      } catch {
        throw FileError(
          hidden.parentDirectory, "cannot be written to", error as? Errno ?? .ioError)
      }
      guard flock(descriptor.rawValue, LOCK_EX | LOCK_NB) == 0 else {
        try? descriptor.close()
        throw FileError(destination, "another process is writing this file")
      }
      // Another process may have given the file its name, or removed it, before the lock was had.
      let locked = try? Stat(descriptor)
      let named = try? Stat(hidden, followTargetSymlink: false)
      if let locked, let named, locked.inode == named.inode { return descriptor }
      try? descriptor.close()
    }
  }

  private static func name(of descriptor: FileDescriptor) -> FilePath {
    FilePath("/proc/self/fd/\(descriptor.rawValue)")
  }

  deinit {
    // A named file is removed before the lock on it goes, so that no other's is hit.
    if isNamed { removeName(pathForWriting) }
    try? descriptor.close()
  }

  /// Makes sure that all bytes are on the disk, and gives the file its name.
  ///
  /// - Parameter replacing: Whether a file of that name may be replaced; otherwise it is an error.
  /// - Throws: ``FileError``; whatever had the name before still has it.
  public consuming func publish(replacing: Bool) throws(FileError) {
    let directory = destination.parentDirectory
    guard fsync(descriptor.rawValue) == 0 else {
      throw FileError(destination, "cannot be written", Errno(rawValue: Glibc.errno))
    }
    if isNamed {
      if replacing {
        try renameItem(pathForWriting, to: destination)
      } else {
        try renameNew(pathForWriting, to: destination)
      }
      isNamed = false
    } else if !destination.exists || !replacing {
      try Self.link(pathForWriting, as: destination)
    } else {
      // A link cannot replace a file, but a rename can.
      let hidden = Self.hiddenName(beside: destination)
      Self.removeDebris(of: destination)
      try Self.link(pathForWriting, as: hidden)
      do throws(FileError) {
        try renameItem(hidden, to: destination)
      } catch {
        removeName(hidden)
        throw error
      }
    }
    try synchronizeDirectory(directory)
  }

  private static func hiddenName(beside destination: FilePath) -> FilePath {
    let name = destination.lastComponent?.string ?? "file"
    return destination.parentDirectory.appending(".\(name).partial")
  }

  private static func link(_ source: FilePath, as name: FilePath) throws(FileError) {
    let result = unsafe source.withPlatformString { source in
      unsafe name.withPlatformString { name in
        // Safe: two strings that end with a zero, read only.
        unsafe linkat(AT_FDCWD, source, AT_FDCWD, name, AT_SYMLINK_FOLLOW)
      }
    }
    guard result == 0 else {
      throw FileError(name, "cannot be written", Errno(rawValue: Glibc.errno))
    }
  }
}

/// Removes a name, if it is there.
private func removeName(_ path: FilePath) {
  // Safe: a string that ends with a zero, read only.
  _ = unsafe path.withPlatformString { name in unsafe unlink(name) }
}

/// Gives a file another name that nothing has, in one step.
private func renameNew(_ source: FilePath, to name: FilePath) throws(FileError) {
  let result = unsafe source.withPlatformString { source in
    // Safe: two strings that end with a zero, read only.
    unsafe name.withPlatformString { name in unsafe CLinux_rename_new(source, name) }
  }
  if result == 0 { return }
  let error = Errno(rawValue: Glibc.errno)
  // File systems that cannot do this in one step: the best that is left.
  guard error == .invalidArgument, !name.exists else {
    throw FileError(name, "cannot be written", error == .invalidArgument ? .fileExists : error)
  }
  try renameItem(source, to: name)
}

/// Gives a file or folder another name, in one step, in place of a file that has it.
///
/// - Throws: ``FileError``.
public func renameItem(_ source: FilePath, to name: FilePath) throws(FileError) {
  let result = unsafe source.withPlatformString { source in
    // Safe: two strings that end with a zero, read only.
    unsafe name.withPlatformString { name in unsafe Glibc.rename(source, name) }
  }
  guard result == 0 else {
    throw FileError(name, "cannot be written", Errno(rawValue: Glibc.errno))
  }
}

/// Makes sure that the names in a folder are on the disk.
///
/// - Throws: ``FileError``.
public func synchronizeDirectory(_ directory: FilePath) throws(FileError) {
  do {
    let descriptor = try FileDescriptor.open(directory, .readOnly, options: [.closeOnExec])
    defer { try? descriptor.close() }
    // Some file systems cannot do this for folders, and need not.
    guard fsync(descriptor.rawValue) == 0 || Glibc.errno == EINVAL else {
      throw Errno(rawValue: Glibc.errno)
    }
  } catch {
    throw FileError(directory, "cannot be written to", error as? Errno ?? .ioError)
  }
}

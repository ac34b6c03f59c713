internal import CLinux
internal import Glibc
public import SystemPackage

/// A file that appears under its name when it is complete, or not at all.
///
/// On file systems with unnamed files (ext4, xfs, btrfs, tmpfs …), the file has no name until it is
/// published, so that even `kill -9` leaves nothing over. Only while it replaces another file does
/// it have a hidden name, between two system calls; the next attempt removes a leftover. On other
/// file systems it is a hidden file next to the destination. It is removed when the value is
/// destroyed; after a crash, the next attempt reuses it.
public struct StagedFile: ~Copyable {
  /// The file's final path.
  public let destination: FilePath

  /// The path for opening the file before it is published.
  public let pathForWriting: FilePath

  private let descriptor: FileDescriptor
  /// Whether the file has a hidden name, which must be removed.
  private var isNamed: Bool

  /// Creates the file, empty.
  ///
  /// - Parameter destination: The final path; its folder must exist.
  /// - Throws: ``FileError`` when the folder cannot be written to.
  public init(for destination: FilePath) throws(FileError) {
    try self.init(for: destination, canBeUnnamed: true)
  }

  /// Like ``init(for:)``; tests pass `false` to simulate a file system without unnamed files.
  init(for destination: FilePath, canBeUnnamed: Bool) throws(FileError) {
    let directory = destination.parentDirectory
    Self.removeLeftover(of: destination)
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

  /// Creates an unnamed file; `nil` when the file system does not support them.
  private static func openUnnamed(
    in directory: FilePath
  ) throws(FileError) -> FileDescriptor? {
    let unnamed = FileDescriptor.OpenOptions(rawValue: Int32(CLinux_O_TMPFILE) | O_CLOEXEC)
    do {
      let descriptor = try FileDescriptor.open(
        directory, .readWrite, options: unnamed, permissions: permissions)
      if name(of: descriptor).exists {
        // Locked until the value is destroyed: a locked file with the hidden name is not a
        // leftover.
        _ = flock(descriptor.rawValue, LOCK_EX | LOCK_NB)
        return descriptor
      }
      try descriptor.close()
    } catch Errno.notSupported, Errno.isDirectory, Errno.invalidArgument {
      // This file system does not support unnamed files.
    } catch {
      throw FileError(directory, "cannot be written to", error as? Errno ?? .ioError)
    }
    return nil
  }

  /// Removes the hidden file of a killed process, but not one that a process is writing.
  private static func removeLeftover(of destination: FilePath) {
    let hidden = hiddenName(beside: destination)
    guard
      let descriptor = try? FileDescriptor.open(
        hidden, .readOnly, options: [.closeOnExec, .noFollow, .nonBlocking])
    else { return }
    if flock(descriptor.rawValue, LOCK_EX | LOCK_NB) == 0 { removeName(hidden) }
    try? descriptor.close()
  }

  /// Creates or opens the hidden file and locks it against other processes.
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
      // Another process may have published or removed the file before it was locked here.
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
    // Remove a named file before unlocking it, so as not to remove another process's file.
    if isNamed { removeName(pathForWriting) }
    try? descriptor.close()
  }

  /// Flushes the file to disk and gives it its final name.
  ///
  /// - Parameter replacing: Whether an existing file may be replaced; otherwise it is an error.
  /// - Throws: ``FileError``; an existing file then stays.
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
      Self.removeLeftover(of: destination)
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
        // Safe: two null-terminated strings, only read.
        unsafe linkat(AT_FDCWD, source, AT_FDCWD, name, AT_SYMLINK_FOLLOW)
      }
    }
    guard result == 0 else {
      throw FileError(name, "cannot be written", Errno(rawValue: Glibc.errno))
    }
  }
}

/// Removes a name, if it exists.
private func removeName(_ path: FilePath) {
  // Safe: a null-terminated string, only read.
  _ = unsafe path.withPlatformString { name in unsafe unlink(name) }
}

/// Atomically renames a file; fails if the new name exists.
private func renameNew(_ source: FilePath, to name: FilePath) throws(FileError) {
  let result = unsafe source.withPlatformString { source in
    // Safe: two null-terminated strings, only read.
    unsafe name.withPlatformString { name in unsafe CLinux_rename_new(source, name) }
  }
  if result == 0 { return }
  let error = Errno(rawValue: Glibc.errno)
  // The file system does not support this; a check followed by a rename is the best alternative.
  guard error == .invalidArgument, !name.exists else {
    throw FileError(name, "cannot be written", error == .invalidArgument ? .fileExists : error)
  }
  try renameItem(source, to: name)
}

/// Atomically renames a file or folder, replacing an existing file.
///
/// - Throws: ``FileError``.
public func renameItem(_ source: FilePath, to name: FilePath) throws(FileError) {
  let result = unsafe source.withPlatformString { source in
    // Safe: two null-terminated strings, only read.
    unsafe name.withPlatformString { name in unsafe Glibc.rename(source, name) }
  }
  guard result == 0 else {
    throw FileError(name, "cannot be written", Errno(rawValue: Glibc.errno))
  }
}

/// Flushes the names in a folder to disk.
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

internal import CLinux
internal import Glibc
public import SystemPackage

/// A file that appears under its name when it is complete, or not at all.
///
/// On file systems with unnamed files (ext4, xfs, btrfs, tmpfs …), the file has no name until it is
/// published, so that even `kill -9` leaves nothing over. Only while it replaces another file does
/// it have a hidden name, between two system calls; the next attempt removes a leftover. On other
/// file systems it is a hidden file next to the destination. It is removed when the value is
/// destroyed; after a crash, the next attempt reuses it, if the file system has locks that show
/// that no other process is writing it. Without locks each attempt has a name of its own.
public struct StagedFile: ~Copyable {
  /// The file's final path.
  public let destination: FilePath

  /// The path for opening the file before it is published.
  public private(set) var pathForWriting: FilePath

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
    (pathForWriting, descriptor) = try Self.openHidden(for: destination)
    self.destination = destination
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
        _ = try? FileLock(exclusively: descriptor)
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
    if (try? FileLock(exclusively: descriptor)) == .acquired { removeFile(hidden) }
    try? descriptor.close()
  }

  /// Creates or opens the hidden file and locks it against other processes.
  private static func openHidden(
    for destination: FilePath
  ) throws(FileError) -> (FilePath, FileDescriptor) {
    let hidden = hiddenName(beside: destination)
    while true {
      let descriptor = try open(hidden, options: [.create, .closeOnExec, .noFollow])
      do {
        switch try FileLock(exclusively: descriptor) {
        case .acquired:
          // Another process may have published or removed the file before it was locked here.
          let locked = try? Stat(descriptor)
          let named = try? Stat(hidden, followTargetSymlink: false)
          if let locked, let named, locked.inode == named.inode { return (hidden, descriptor) }
          try? descriptor.close()
        case .heldElsewhere:
          throw FileError(destination, "another process is writing this file")
        case .unsupported:
          if (try? Stat(descriptor))?.size == 0 { removeFile(hidden) }
          try? descriptor.close()
          let own = hiddenName(beside: destination, mark: UInt32.random(in: .min ... .max))
          return (
            own, try open(own, options: [.create, .exclusiveCreate, .closeOnExec, .noFollow])
          )
        }
      } catch {
        try? descriptor.close()
        throw error as? FileError
          ?? FileError(destination, "cannot be locked", error as? Errno ?? .ioError)
      }
    }
  }

  private static func open(
    _ hidden: FilePath, options: FileDescriptor.OpenOptions
  ) throws(FileError) -> FileDescriptor {
    do {
      return try FileDescriptor.open(
        hidden, .readWrite, options: options, permissions: permissions)
    } catch {
      throw FileError(hidden.parentDirectory, "cannot be written to", error as? Errno ?? .ioError)
    }
  }

  private static func name(of descriptor: FileDescriptor) -> FilePath {
    FilePath("/proc/self/fd/\(descriptor.rawValue)")
  }

  deinit {
    // Remove a named file before unlocking it, so as not to remove another process's file.
    if isNamed { removeFile(pathForWriting) }
    try? descriptor.close()
  }

  /// Flushes the file to disk and gives it its final name.
  ///
  /// - Parameter replacing: Whether an existing file may be replaced; otherwise it is an error.
  /// - Throws: ``FileError``; an existing file then stays, unless the message says that the new one
  ///   is in place.
  public consuming func publish(replacing: Bool) throws(FileError) {
    // Opened first: after the file has its name, little may fail.
    let directory = try OpenDirectory(destination.parentDirectory)
    do {
      try synchronize(descriptor)
    } catch {
      throw FileError(destination, "cannot be written", error)
    }
    if !isNamed { try takeName(replacing: replacing) }
    if isNamed {
      if replacing {
        try renameItem(pathForWriting, to: destination)
      } else {
        try renameNew(pathForWriting, to: destination)
      }
      isNamed = false
    }
    try directory.synchronize(after: destination)
  }

  /// Gives an unnamed file its final name, or a hidden one that a rename can replace a file from.
  private mutating func takeName(replacing: Bool) throws(FileError) {
    do throws(FileError) {
      if destination.exists && replacing {
        // A link cannot replace a file, but a rename can.
        let hidden = Self.hiddenName(beside: destination)
        Self.removeLeftover(of: destination)
        try Self.link(pathForWriting, as: hidden)
        pathForWriting = hidden
        isNamed = true
      } else {
        try Self.link(pathForWriting, as: destination)
      }
    } catch  where error.errno.map(Self.errorsWithoutLinks.contains) ?? false {
      let (hidden, copy) = try Self.openHidden(for: destination)
      defer { try? copy.close() }
      pathForWriting = hidden
      isNamed = true
      do throws(Errno) {
        try copyBytes(from: descriptor, to: copy)
        try synchronize(copy)
      } catch {
        throw FileError(destination, "cannot be written", error)
      }
    }
  }

  /// How `linkat` answers on file systems that have unnamed files but no hard links.
  private static let errorsWithoutLinks: [Errno] = [
    .notPermitted, .notSupported, .noFunction, .improperLink, .tooManyLinks,
  ]

  private static func hiddenName(
    beside destination: FilePath, mark: UInt32? = nil
  ) -> FilePath {
    let name = destination.lastComponent?.string ?? "file"
    let mark = mark.map { "." + String($0, radix: 36) } ?? ""
    return destination.parentDirectory.appending(".\(name)\(mark).partial")
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

/// Removes a file's name, if it exists.
public func removeFile(_ path: FilePath) {
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

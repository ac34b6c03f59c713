internal import CLinux
internal import Glibc
public import SystemPackage

/// A folder that appears under its name when it is complete, or not at all.
public struct StagedDirectory: ~Copyable, Sendable {
  /// The folder's final path.
  public let destination: FilePath

  /// The hidden folder next to it, which is filled and then renamed.
  public let path: FilePath

  /// Parent folders that were missing and have been created.
  private let madeParents: [FilePath]

  /// The open hidden folder, locked while it is filled.
  private let descriptor: FileDescriptor

  /// Creates the hidden folder, empty; leftovers of a killed process are removed.
  ///
  /// - Throws: ``FileError`` when the folder cannot be created.
  public init(for destination: FilePath) throws(FileError) {
    let madeParents = try createDirectories(destination.parentDirectory)
    do throws(FileError) {
      (path, descriptor) = try Self.openLocked(for: destination)
    } catch {
      removeEmptyDirectories(madeParents)
      throw error
    }
    self.destination = destination
    self.madeParents = madeParents
  }

  private static func hiddenName(beside destination: FilePath, mark: String = "") -> FilePath {
    let name = destination.lastComponent?.string ?? "folder"
    return destination.parentDirectory.appending(".\(name)\(mark).partial")
  }

  /// Creates the folder if it is missing, locks it against other processes, and empties it.
  ///
  /// Where the file system has no locks, each attempt has a folder of its own.
  private static func openLocked(
    for destination: FilePath
  ) throws(FileError) -> (FilePath, FileDescriptor) {
    let path = hiddenName(beside: destination)
    while true {
      try createDirectories(path)
      guard let descriptor = try open(path) else { continue }
      do {
        switch try FileLock(exclusively: descriptor) {
        case .acquired:
          let locked = try? Stat(descriptor)
          let named = try? Stat(path, followTargetSymlink: false)
          guard let locked, let named, locked.inode == named.inode else { break }
          for name in try namesInDirectory(path) { try removeTree(path.appending(name)) }
          return (path, descriptor)
        case .heldElsewhere:
          throw FileError(destination, "another process is writing this folder")
        case .unsupported:
          removeEmptyDirectories([path])
          let mark = String(UInt32.random(in: .min ... .max), radix: 36)
          let own = hiddenName(beside: destination, mark: ".\(mark)")
          try createDirectories(own)
          if let ownDescriptor = try open(own) {
            try? descriptor.close()
            return (own, ownDescriptor)
          }
        }
        try? descriptor.close()
      } catch {
        try? descriptor.close()
        throw error as? FileError
          ?? FileError(destination, "cannot be locked", error as? Errno ?? .ioError)
      }
    }
  }

  /// Opens the hidden folder; `nil` when another process has just published or removed it.
  private static func open(_ path: FilePath) throws(FileError) -> FileDescriptor? {
    do {
      return try FileDescriptor.open(
        path, .readOnly, options: [.directory, .closeOnExec, .noFollow])
    } catch Errno.noSuchFileOrDirectory {
      return nil
    } catch {
      throw FileError(path, "cannot be opened", error as? Errno ?? .ioError)
    }
  }

  deinit {
    // After publication the folder has its final name and its parents are not empty, so nothing is
    // removed.
    try? removeTree(path)
    removeEmptyDirectories(madeParents)
    try? descriptor.close()
  }

  /// Writes a whole file in the folder and flushes it to disk.
  ///
  /// - Parameters:
  ///   - bytes: The content.
  ///   - name: The file's path in the folder; folders on the way to it must exist.
  /// - Throws: ``FileError`` when the disk is full or fails.
  public borrowing func write(_ bytes: [UInt8], to name: String) throws(FileError) {
    let file = path.appending(name)
    do {
      let descriptor = try FileDescriptor.open(
        file, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
        permissions: [.ownerReadWrite, .groupReadWrite, .otherReadWrite])
      try descriptor.closeAfter {
        try descriptor.writeAll(bytes)
        try synchronize(descriptor)
      }
    } catch {
      // The error names the final path: users do not know the hidden one.
      throw FileError(
        destination.appending(name), "cannot be written", error as? Errno ?? .ioError)
    }
  }

  /// Flushes the names in a folder, and in those in it, to disk.
  private static func synchronizeNames(in folder: FilePath) throws(FileError) {
    for name in try namesInDirectory(folder) {
      let inner = folder.appending(name)
      if inner.isDirectory { try synchronizeNames(in: inner) }
    }
    try OpenDirectory(folder).synchronize()
  }

  /// Gives the folder its final name.
  ///
  /// - Parameter replacing: Whether an existing folder may be replaced; otherwise it is an error.
  /// - Throws: ``FileError``; an existing folder then stays, unless the message says that the new
  ///   one is in place.
  public borrowing func publish(replacing: Bool) throws(FileError) {
    let parent = try OpenDirectory(destination.parentDirectory)
    try Self.synchronizeNames(in: path)
    if destination.exists {
      guard replacing else { throw FileError(destination, "cannot be written", .fileExists) }
      try exchange(path, destination)
    } else {
      try renameItem(path, to: destination)
    }
    try parent.synchronize(after: destination)
    // After the exchange, `path` is the replaced folder.
    try removeTree(path)
  }
}

/// Atomically exchanges two names.
private func exchange(_ first: FilePath, _ second: FilePath) throws(FileError) {
  let result = unsafe first.withPlatformString { first in
    // Safe: two null-terminated strings, only read.
    unsafe second.withPlatformString { second in
      unsafe CLinux_exchange(first, second)
    }
  }
  guard result == 0 else {
    throw FileError(second, "cannot be replaced", Errno(rawValue: Glibc.errno))
  }
}

/// Removes a file, or a folder and its contents; does nothing if it does not exist.
///
/// - Throws: ``FileError``.
public func removeTree(_ path: FilePath) throws(FileError) {
  guard let stat = try? Stat(path, followTargetSymlink: false) else { return }
  let isDirectory = stat.type == .directory
  if isDirectory {
    for name in try namesInDirectory(path) { try removeTree(path.appending(name)) }
  }
  // Safe: a null-terminated string, only read.
  let result = unsafe path.withPlatformString { name in
    isDirectory ? unsafe rmdir(name) : unsafe unlink(name)
  }
  guard result == 0 else {
    throw FileError(path, "cannot be removed", Errno(rawValue: Glibc.errno))
  }
}

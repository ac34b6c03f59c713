internal import CLinux
internal import Glibc
public import SystemPackage

/// A folder that appears under its name when it is complete, or not at all.
public struct StagedDirectory: ~Copyable, Sendable {
  /// Where the folder will stand.
  public let destination: FilePath

  /// The hidden folder beside it that is filled until then.
  public let path: FilePath

  /// Folders above it that were missing.
  private let madeParents: [FilePath]

  /// The hidden folder, locked while it is filled.
  private let descriptor: FileDescriptor

  /// Makes the hidden folder, empty; what an attempt that was killed has left is removed.
  ///
  /// - Throws: ``FileError`` when the folder cannot be made.
  public init(for destination: FilePath) throws(FileError) {
    let name = destination.lastComponent?.string ?? "folder"
    let path = destination.parentDirectory.appending(".\(name).partial")
    let madeParents = try createDirectories(destination.parentDirectory)
    let descriptor: FileDescriptor
    do throws(FileError) {
      descriptor = try Self.openLocked(path, for: destination)
    } catch {
      removeEmptyDirectories(madeParents)
      throw error
    }
    self.descriptor = descriptor
    self.destination = destination
    self.path = path
    self.madeParents = madeParents
  }

  /// Makes the folder where it is missing, makes sure that no other process fills it, and empties
  /// it.
  private static func openLocked(
    _ path: FilePath, for destination: FilePath
  ) throws(FileError) -> FileDescriptor {
    while true {
      try createDirectories(path)
      let descriptor: FileDescriptor
      do {
        descriptor = try FileDescriptor.open(
          path, .readOnly, options: [.directory, .closeOnExec, .noFollow])
      } catch {
        // Another process may just have given it its name.
        if error as? Errno == .noSuchFileOrDirectory { continue }
        throw FileError(path, "cannot be opened", error as? Errno ?? .ioError)
      }
      guard flock(descriptor.rawValue, LOCK_EX | LOCK_NB) == 0 else {
        try? descriptor.close()
        throw FileError(destination, "another process is writing this folder")
      }
      let locked = try? Stat(descriptor)
      let named = try? Stat(path, followTargetSymlink: false)
      guard let locked, let named, locked.inode == named.inode else {
        try? descriptor.close()
        continue
      }
      do throws(FileError) {
        for name in try namesInDirectory(path) { try removeTree(path.appending(name)) }
      } catch {
        try? descriptor.close()
        throw error
      }
      return descriptor
    }
  }

  deinit {
    // Once published, the folder has another name, and those above it are not empty.
    try? removeTree(path)
    removeEmptyDirectories(madeParents)
    try? descriptor.close()
  }

  /// Writes a file of the folder, whole, and makes sure that it is on the disk.
  ///
  /// - Throws: ``FileError`` when the disk is full or fails.
  public borrowing func write(_ bytes: [UInt8], to name: String) throws(FileError) {
    let file = path.appending(name)
    do {
      let descriptor = try FileDescriptor.open(
        file, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
        permissions: [.ownerReadWrite, .groupReadWrite, .otherReadWrite])
      try descriptor.closeAfter {
        try descriptor.writeAll(bytes)
        guard fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: Glibc.errno) }
      }
    } catch {
      // People know the file by the name it was to have.
      throw FileError(
        destination.appending(name), "cannot be written", error as? Errno ?? .ioError)
    }
  }

  /// Gives the folder its name.
  ///
  /// - Parameter replacing: Whether a folder of that name may be replaced; otherwise it is an
  ///   error.
  /// - Throws: ``FileError``; whatever had the name before still has it.
  public borrowing func publish(replacing: Bool) throws(FileError) {
    try synchronizeDirectory(path)
    if destination.exists {
      guard replacing else { throw FileError(destination, "cannot be written", .fileExists) }
      try exchange(path, destination)
    } else {
      try renameItem(path, to: destination)
    }
    try synchronizeDirectory(destination.parentDirectory)
    // What was replaced.
    try removeTree(path)
  }
}

/// Lets two names change places, in one step.
private func exchange(_ first: FilePath, _ second: FilePath) throws(FileError) {
  let result = unsafe first.withPlatformString { first in
    // Safe: two strings that end with a zero, read only.
    unsafe second.withPlatformString { second in
      unsafe CLinux_exchange(first, second)
    }
  }
  guard result == 0 else {
    throw FileError(second, "cannot be replaced", Errno(rawValue: Glibc.errno))
  }
}

/// Removes a file, or a folder with all that is in it; nothing where there is none.
///
/// - Throws: ``FileError``.
public func removeTree(_ path: FilePath) throws(FileError) {
  guard let stat = try? Stat(path, followTargetSymlink: false) else { return }
  let isDirectory = stat.type == .directory
  if isDirectory {
    for name in try namesInDirectory(path) { try removeTree(path.appending(name)) }
  }
  // Safe: a string that ends with a zero, read only.
  let result = unsafe path.withPlatformString { name in
    isDirectory ? unsafe rmdir(name) : unsafe unlink(name)
  }
  guard result == 0 else {
    throw FileError(path, "cannot be removed", Errno(rawValue: Glibc.errno))
  }
}

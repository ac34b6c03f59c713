internal import Glibc
public import SystemPackage

/// The names in a folder, sorted by their bytes.
///
/// - Throws: ``FileError`` when the folder does not exist or cannot be read.
public func namesInDirectory(_ directory: FilePath) throws(FileError) -> [String] {
  // Safe: the stream is closed below; an entry is read before the next call.
  guard let stream = unsafe directory.withPlatformString({ name in unsafe opendir(name) }) else {
    throw FileError(directory, "cannot be opened", Errno(rawValue: Glibc.errno))
  }
  defer { unsafe closedir(stream) }
  var names: [String] = []
  while let entry = unsafe readdir(stream) {
    let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
      unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { characters in
        unsafe String(cString: characters)
      }
    }
    if name != "." && name != ".." { names.append(name) }
  }
  return names.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
}

/// Creates a folder and its missing parents.
///
/// - Returns: The created folders, outermost first.
/// - Throws: ``FileError``; the folders created before are then removed.
@discardableResult
public func createDirectories(_ directory: FilePath) throws(FileError) -> [FilePath] {
  if directory.isDirectory { return [] }
  let parent = directory.parentDirectory
  let created = parent != directory ? try createDirectories(parent) : []
  // Safe: a null-terminated string, only read.
  let result = unsafe directory.withPlatformString { name in unsafe mkdir(name, 0o777) }
  let errno = Errno(rawValue: Glibc.errno)
  if result == 0 { return created + [directory] }
  // Another process may have created it in the meantime; a file of that name is still an error.
  guard errno == .fileExists && directory.isDirectory else {
    removeEmptyDirectories(created)
    throw FileError(directory, "cannot be created", errno)
  }
  return created
}

/// Removes the folders that ``createDirectories(_:)`` returned, except those that are not empty.
public func removeEmptyDirectories(_ directories: [FilePath]) {
  for directory in directories.reversed() {
    // Safe: a null-terminated string, only read.
    _ = unsafe directory.withPlatformString { name in unsafe rmdir(name) }
  }
}

extension FilePath {
  /// The path itself, or where it ends in `.` or `..`, so that its name is not known, the absolute
  /// one, without links.
  ///
  /// - Throws: ``FileError`` if there is nothing of this name.
  public func withLastName() throws(FileError) -> FilePath {
    guard lastComponent?.kind != .regular else { return self }
    guard let resolved else {
      throw FileError(self, "cannot be opened", Errno(rawValue: Glibc.errno))
    }
    return resolved
  }

  /// The absolute path, without links; `nil` if there is nothing of this name.
  package var resolved: FilePath? {
    // Safe: a null-terminated string, only read; the result is copied and freed.
    let resolved = unsafe withPlatformString { name in unsafe realpath(name, nil) }
    guard let resolved = unsafe resolved else { return nil }
    defer { unsafe free(resolved) }
    return unsafe FilePath(platformString: resolved)
  }
}

internal import Glibc
public import SystemPackage

/// The names in a folder, sorted by their bytes.
///
/// - Throws: ``FileError`` when there is no such folder, or it may not be read.
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

/// Makes a folder and those above it that are missing.
///
/// - Returns: The folders that were made, the highest first.
/// - Throws: ``FileError``; then none that was made stays.
@discardableResult
public func createDirectories(_ directory: FilePath) throws(FileError) -> [FilePath] {
  if directory.isDirectory { return [] }
  let parent = directory.parentDirectory
  let made = parent != directory ? try createDirectories(parent) : []
  // Safe: a text that ends with a zero, read only.
  let result = unsafe directory.withPlatformString { name in unsafe mkdir(name, 0o777) }
  let errno = Errno(rawValue: Glibc.errno)
  if result == 0 { return made + [directory] }
  // Another process may have made it meanwhile; a file of that name is no folder.
  guard errno == .fileExists && directory.isDirectory else {
    removeEmptyDirectories(made)
    throw FileError(directory, "cannot be made", errno)
  }
  return made
}

/// Removes folders as ``createDirectories(_:)`` gave them; what is not empty stays.
public func removeEmptyDirectories(_ directories: [FilePath]) {
  for directory in directories.reversed() {
    // Safe: a text that ends with a zero, read only.
    _ = unsafe directory.withPlatformString { name in unsafe rmdir(name) }
  }
}

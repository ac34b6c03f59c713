package import FileAccess
package import SystemPackage

/// A file that a command is to write.
package struct OutputFile {
  /// The file's path.
  package let path: FilePath
  /// Whether an existing file may be replaced.
  let replaces: Bool

  /// Checks, before the work begins, that the file can be written.
  ///
  /// - Parameters:
  ///   - path: The file's path.
  ///   - inputs: Files that must not be replaced even with `force`; they need not exist.
  ///   - force: Whether any other existing file may be replaced.
  /// - Throws: ``FileAccess/FileError``.
  package init(_ path: FilePath, inputs: [FilePath], force: Bool) throws(FileError) {
    self.path = path
    replaces = force
    if path.exists {
      guard !path.isDirectory else { throw FileError(path, "a folder found, a file name expected") }
      guard path.isRegularFile else {
        throw FileError(path, "a regular file expected, something else found")
      }
      for input in inputs {
        if let own = try? Stat(path), let other = try? Stat(input), own.inode == other.inode,
          own.deviceID == other.deviceID
        {
          throw FileError(path, "an input cannot also be the output")
        }
      }
      guard force else {
        throw FileError(path, "a file of this name exists; --force replaces it")
      }
    }
    _ = try StagedFile(for: path)
  }

  /// Writes the file, completely or not at all.
  ///
  /// - Throws: ``FileAccess/FileError``.
  package func write(_ bytes: [UInt8]) throws(FileError) {
    try writeWholeFile(bytes, to: path, replacing: replaces)
  }
}

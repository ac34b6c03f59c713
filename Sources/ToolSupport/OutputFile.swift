package import FileAccess
package import SystemPackage

/// A file that a command is to make.
package struct OutputFile {
  /// Its name.
  package let path: FilePath
  private let force: Bool

  /// Checks, before the work begins, that the file can be made.
  ///
  /// - Parameters:
  ///   - path: Its name.
  ///   - inputs: Files that it must not replace, whatever is asked for; they need not be there.
  ///   - force: Whether another file may be replaced.
  /// - Throws: ``FileAccess/FileError``.
  package init(_ path: FilePath, inputs: [FilePath], force: Bool) throws(FileError) {
    self.path = path
    self.force = force
    if path.exists {
      guard !path.isDirectory else { throw FileError(path, "a folder; a file's name is expected") }
      guard path.isRegularFile else {
        throw FileError(path, "a file expected, something else is there")
      }
      for input in inputs {
        if let own = try? Stat(path), let other = try? Stat(input), own.inode == other.inode,
          own.deviceID == other.deviceID
        {
          throw FileError(path, "the file is one that is read")
        }
      }
      guard force else {
        throw FileError(path, "a file of this name exists; --force replaces it")
      }
    }
    _ = try StagedFile(for: path)
  }

  /// Writes the file, whole or not at all.
  ///
  /// - Throws: ``FileAccess/FileError``.
  package func write(_ bytes: [UInt8]) throws(FileError) {
    try writeWholeFile(bytes, to: path, replacing: force)
  }
}

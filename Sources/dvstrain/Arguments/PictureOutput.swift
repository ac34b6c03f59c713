import FileAccess
import SystemPackage

/// A file that a command draws, and whether it may be replaced.
struct PictureOutput {
  let path: FilePath
  let isReplaced: Bool

  /// Refuses, before work is done, a file that is there and may not be replaced.
  func check() throws(FileError) {
    if path.exists && !isReplaced {
      throw FileError(path, "is there already; --force replaces it")
    }
  }

  /// Writes the file, whole or not at all.
  func write(_ bytes: [UInt8]) throws(FileError) {
    try writeWholeFile(bytes, to: path, replacing: isReplaced)
  }
}

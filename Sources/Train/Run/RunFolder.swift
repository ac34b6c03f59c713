internal import FileAccess
internal import Glibc
internal import SystemPackage

/// The folder that contains a run's results; a lock admits one process.
struct RunFolder: ~Copyable {
  /// The files in it.
  let files: RunFiles
  private let lock: FileDescriptor
  private let made: [FilePath]

  /// Opens the folder, and creates it if it is missing.
  ///
  /// - Throws: ``TrainError`` with code `file`, also when another process has it open.
  init(opening path: FilePath) throws(TrainError) {
    let made: [FilePath]
    let lock: FileDescriptor
    do throws(FileError) {
      made = try createDirectories(path)
      do {
        lock = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
      } catch {
        removeEmptyDirectories(made)
        throw FileError(path, "cannot be opened", error as? Errno ?? .ioError)
      }
      guard flock(lock.rawValue, LOCK_EX | LOCK_NB) == 0 else {
        try? lock.close()
        throw FileError(path, "another process is training in this folder")
      }
    } catch {
      throw TrainError(error)
    }
    files = RunFiles(in: path)
    self.lock = lock
    self.made = made
  }

  deinit {
    try? lock.close()
    // Removes the folders that a failed attempt created; a folder with content stays.
    removeEmptyDirectories(made)
  }

  /// Removes what an earlier run left; files of others stay.
  func removeResults() throws(TrainError) {
    do throws(FileError) {
      for name in try namesInDirectory(files.folder) where files.isResult(name) {
        let file = files.folder.appending(name)
        // Safe: a text that ends with a zero, read only.
        guard unsafe file.withPlatformString({ unsafe unlink($0) }) == 0 else {
          throw FileError(file, "cannot be removed", Errno(rawValue: Glibc.errno))
        }
      }
    } catch {
      throw TrainError(error)
    }
  }

  /// Records how the run was started; a resumed run appends.
  func writeArguments(_ text: String) throws(TrainError) {
    do {
      let file = try FileDescriptor.open(
        files.arguments, .writeOnly, options: [.create, .append, .closeOnExec],
        permissions: [.ownerReadWrite, .groupReadWrite, .otherReadWrite])
      try file.closeAfter { _ = try file.writeAll(Array(text.utf8)) }
    } catch {
      throw TrainError(
        FileError(files.arguments, "cannot be written to", error as? Errno ?? .ioError))
    }
  }
}

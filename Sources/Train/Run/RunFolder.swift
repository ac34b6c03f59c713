internal import FileAccess
internal import Glibc
internal import SystemPackage

/// The folder of a run's results, locked so that only one process writes to it.
struct RunFolder: ~Copyable {
  /// The files of the run.
  let files: RunFiles
  private let lock: FileDescriptor
  private let createdFolders: [FilePath]

  /// Opens the folder, and creates it if it is missing.
  ///
  /// - Throws: ``TrainError`` with code `file`, also if another process has locked it.
  init(opening path: FilePath) throws(TrainError) {
    let createdFolders: [FilePath]
    let lock: FileDescriptor
    do throws(FileError) {
      createdFolders = try createDirectories(path)
      do {
        lock = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
      } catch {
        removeEmptyDirectories(createdFolders)
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
    self.createdFolders = createdFolders
  }

  deinit {
    try? lock.close()
    // Removes folders that a failed attempt created and left empty.
    removeEmptyDirectories(createdFolders)
  }

  /// Removes the files of an earlier run; other files stay.
  func removeResults() throws(TrainError) {
    do throws(FileError) {
      for name in try namesInDirectory(files.folder) where files.isResult(name) {
        let file = files.folder.appending(name)
        // Safe: the path is a null-terminated string, and `unlink` only reads it.
        guard unsafe file.withPlatformString({ unsafe unlink($0) }) == 0 else {
          throw FileError(file, "cannot be removed", Errno(rawValue: Glibc.errno))
        }
      }
    } catch {
      throw TrainError(error)
    }
  }

  /// Appends the command and settings of this start to `args.txt`.
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

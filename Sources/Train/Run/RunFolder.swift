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
  /// - Parameter onWarning: Is told when the file system has no locks.
  /// - Throws: ``TrainError`` with code `file`, also if another process has locked it.
  init(opening path: FilePath, onWarning: (String) -> Void) throws(TrainError) {
    let createdFolders: [FilePath]
    do throws(FileError) {
      createdFolders = try createDirectories(path)
      do throws(FileError) {
        lock = try Self.locked(path, onWarning: onWarning)
      } catch {
        removeEmptyDirectories(createdFolders)
        throw error
      }
    } catch {
      throw TrainError(error)
    }
    files = RunFiles(in: path)
    self.createdFolders = createdFolders
  }

  /// The folder, opened and, where the file system can, locked.
  private static func locked(
    _ path: FilePath, onWarning: (String) -> Void
  ) throws(FileError) -> FileDescriptor {
    let descriptor: FileDescriptor
    do {
      descriptor = try FileDescriptor.open(path, .readOnly, options: [.directory, .closeOnExec])
    } catch {
      throw FileError(path, "cannot be opened", error as? Errno ?? .ioError)
    }
    var isHeld = false
    do throws(Errno) {
      switch try FileLock(exclusively: descriptor) {
      case .acquired: break
      case .unsupported(let error):
        onWarning(
          "\(path): the file system has no file locks (\(error)): a second training in this folder would not be noticed"
        )
      case .heldElsewhere: isHeld = true
      }
    } catch {
      try? descriptor.close()
      throw FileError(path, "cannot be locked", error)
    }
    guard !isHeld else {
      try? descriptor.close()
      throw FileError(path, "another process is training in this folder")
    }
    return descriptor
  }

  deinit {
    try? lock.close()
    // Removes folders that a failed attempt created and left empty.
    removeEmptyDirectories(createdFolders)
  }

  /// The names of the files of an earlier run, sorted.
  func results() throws(TrainError) -> [String] {
    do throws(FileError) {
      return try namesInDirectory(files.folder).filter(files.isResult).sorted()
    } catch {
      throw TrainError(error)
    }
  }

  /// Removes the files of an earlier run; other files stay.
  ///
  /// - Parameter kept: A file that stays.
  func removeResults(except kept: FilePath? = nil) throws(TrainError) {
    let names = try results()
    do throws(FileError) {
      for name in names {
        let file = files.folder.appending(name)
        if file == kept { continue }
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

internal import FileAccess
internal import Glibc
public import SystemPackage

/// The folder in which a run leaves its results; one process at a time works in it.
public struct RunFolder: ~Copyable {
  /// The folder.
  public let path: FilePath
  private let lock: FileDescriptor
  private let made: [FilePath]

  /// The checkpoint from which the run goes on.
  public var latestCheckpoint: FilePath { path.appending("checkpoint_latest.safetensors") }
  /// The checkpoint of the best accuracy.
  public var bestCheckpoint: FilePath { path.appending("checkpoint_max.safetensors") }

  var metrics: FilePath { path.appending("metrics.jsonl") }
  private var arguments: FilePath { path.appending("args.txt") }

  /// Opens the folder, which is made if it is missing.
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
    self.path = path
    self.lock = lock
    self.made = made
  }

  deinit {
    try? lock.close()
    // What an attempt made that came to nothing; a folder that holds anything stays.
    removeEmptyDirectories(made)
  }

  /// Whether it holds a checkpoint.
  var holdsCheckpoint: Bool { latestCheckpoint.exists || bestCheckpoint.exists }

  /// Removes what an earlier run left; files of others stay.
  func removeResults() throws(TrainError) {
    do throws(FileError) {
      for name in try namesInDirectory(path) where isResult(name) {
        let file = path.appending(name)
        // Safe: a text that ends with a zero, read only.
        guard unsafe file.withPlatformString({ unsafe unlink($0) }) == 0 else {
          throw FileError(file, "cannot be removed", Errno(rawValue: Glibc.errno))
        }
      }
    } catch {
      throw TrainError(error)
    }
  }

  private func isResult(_ name: String) -> Bool {
    [latestCheckpoint, bestCheckpoint, metrics, arguments].contains(path.appending(name))
      || name.hasPrefix("events.out.tfevents.") || RunPictures.names.contains(name)
  }

  /// Notes how the run was started; a run that goes on adds to what is there.
  func writeArguments(_ text: String) throws(TrainError) {
    do {
      let file = try FileDescriptor.open(
        arguments, .writeOnly, options: [.create, .append, .closeOnExec],
        permissions: [.ownerReadWrite, .groupReadWrite, .otherReadWrite])
      try file.closeAfter { _ = try file.writeAll(Array(text.utf8)) }
    } catch {
      throw TrainError(
        FileError(arguments, "cannot be written to", error as? Errno ?? .ioError))
    }
  }
}

internal import FileAccess
internal import FrameCache
internal import SystemPackage
internal import Threads

/// A folder of files that is written by several threads, and appears when it is complete.
final class ExportFolder: Sendable {
  private let staged: StagedDirectory
  private let written = ByteCounter()

  /// Creates the folder without its name.
  ///
  /// - Throws: ``FrameCacheError`` if the folder exists and must not be replaced, or cannot be
  ///   created.
  init(_ destination: FilePath, replacesExisting: Bool) throws(FrameCacheError) {
    guard replacesExisting || !destination.exists else {
      throw FrameCacheError(
        .file, destination, "", "a folder of this name exists; --force replaces it")
    }
    guard !destination.exists || destination.isDirectory else {
      throw FrameCacheError(.file, destination, "", "a file of this name exists")
    }
    do throws(FileError) { staged = try StagedDirectory(for: destination) } catch {
      throw FrameCacheError(error)
    }
  }

  /// The folder's final path.
  var destination: FilePath { staged.destination }

  /// Bytes of all files so far.
  var byteCount: Int { written.value }

  /// Creates a folder in it, as in `train/3`.
  func makeFolder(_ name: String) throws(FrameCacheError) {
    do throws(FileError) { try createDirectories(staged.path.appending(name)) } catch {
      throw FrameCacheError(.file, destination.appending(name), "", error.detail, cause: error)
    }
  }

  /// Writes a whole file.
  ///
  /// - Parameter name: Its path in the folder, as in `train/3/user01_led_0.npz`.
  func write(_ bytes: [UInt8], to name: String) throws(FrameCacheError) {
    do throws(FileError) { try staged.write(bytes, to: name) } catch {
      throw FrameCacheError(error)
    }
    written.add(bytes.count)
  }

  /// Creates a file whose parts are written in any order.
  func makeFile(_ name: String, byteCount: Int) throws(FrameCacheError) -> ExportFile {
    written.add(byteCount)
    return try ExportFile(
      staged.path.appending(name), named: destination.appending(name), byteCount)
  }

  /// Gives the folder its name.
  func publish(replacing: Bool) throws(FrameCacheError) {
    do throws(FileError) { try staged.publish(replacing: replacing) } catch {
      throw FrameCacheError(error)
    }
  }

  /// A name that can be that of a file or folder.
  ///
  /// - Parameters:
  ///   - name: The name of a sample or class.
  ///   - source: The file or folder that it is from, for messages.
  /// - Throws: ``FrameCacheError`` for a name that would lead elsewhere.
  static func component(_ name: String, of source: FilePath) throws(FrameCacheError) -> String {
    let isUsable =
      !name.isEmpty && !name.hasPrefix(".")
      && name.utf8.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "/") && $0 != 0x7F }
    guard isUsable, name.utf8.count <= 200 else {
      throw FrameCacheError(
        .content, source, "", "the name of a file expected, '\(name)' found")
    }
    return name
  }
}

private final class ByteCounter: @unchecked Sendable {
  private let lock = Lock()
  // Guarded by `lock`.
  private var count = 0

  var value: Int { lock.withLock { count } }
  func add(_ more: Int) { lock.withLock { count += more } }
}

internal import FileAccess
internal import FrameCache
internal import SystemPackage

/// A file of an export whose parts several threads write.
final class ExportFile: Sendable {
  private let descriptor: FileDescriptor
  private let path: FilePath

  /// Creates the file with its size, so that a full disk shows early on some file systems.
  ///
  /// - Parameters:
  ///   - location: Where it is while it is written.
  ///   - path: Its final path, for messages.
  init(
    _ location: FilePath, named path: FilePath, _ byteCount: Int
  ) throws(FrameCacheError) {
    self.path = path
    do {
      descriptor = try FileDescriptor.open(
        location, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
        permissions: [.ownerReadWrite, .groupReadWrite, .otherReadWrite])
    } catch { throw Self.failure(path, error) }
    do { try descriptor.resize(to: Int64(byteCount)) } catch {
      try? descriptor.close()
      throw Self.failure(path, error)
    }
  }

  deinit { try? descriptor.close() }

  /// Writes a part.
  func write(_ bytes: [UInt8], at offset: Int) throws(FrameCacheError) {
    do { try descriptor.writeAll(toAbsoluteOffset: Int64(offset), bytes) } catch {
      throw Self.failure(path, error)
    }
  }

  /// Flushes the file to disk.
  func finish() throws(FrameCacheError) {
    do throws(Errno) { try synchronize(descriptor) } catch { throw Self.failure(path, error) }
  }

  private static func failure(_ path: FilePath, _ error: any Error) -> FrameCacheError {
    FrameCacheError(FileError(path, "cannot be written", error as? Errno ?? .ioError))
  }
}

internal import Glibc
public import SystemPackage

/// Size and modification time: distinguishes states of a file without reading it.
public struct FileIdentity: Equatable, Sendable {
  /// The file's size.
  public let byteCount: Int64

  /// Modification time in nanoseconds since 1970.
  public let modificationNanoseconds: Int64

  /// Describes content within another file.
  ///
  /// - Parameters:
  ///   - byteCount: Its size.
  ///   - modificationNanoseconds: Its modification time in nanoseconds since 1970.
  public init(byteCount: Int64, modificationNanoseconds: Int64) {
    self.byteCount = byteCount
    self.modificationNanoseconds = modificationNanoseconds
  }

  /// Queries a file.
  ///
  /// - Throws: ``FileError`` when it does not exist, or is not a regular file.
  public init(of path: FilePath) throws(FileError) {
    do {
      try self.init(Stat(path), path: path)
    } catch let error as FileError {
      throw error
    } catch {
      throw FileError(path, "cannot be opened", error as? Errno ?? .ioError)
    }
  }

  init(_ stat: Stat, path: FilePath) throws(FileError) {
    guard stat.type == .regular else {
      throw FileError(
        path, "a file expected, a \(stat.type == .directory ? "folder" : "device") found")
    }
    byteCount = stat.size
    let time = stat.st_mtim
    // Times after the year 2262 wrap around; their low bits still distinguish them.
    modificationNanoseconds = Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }
}

extension FilePath {
  /// Whether there is a folder of this name.
  public var isDirectory: Bool { (try? Stat(self))?.type == .directory }

  /// Whether there is a regular file of this name.
  public var isRegularFile: Bool { (try? Stat(self))?.type == .regular }

  /// Whether anything of this name exists, even a dangling link.
  public var exists: Bool { (try? Stat(self, followTargetSymlink: false)) != nil }

  /// The folder that contains this name; `.` for a bare name.
  public var parentDirectory: FilePath {
    let parent = removingLastComponent()
    return parent.isEmpty ? "." : parent
  }
}

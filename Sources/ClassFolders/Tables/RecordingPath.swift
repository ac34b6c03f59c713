internal import EventData
internal import FileAccess
internal import SystemPackage

/// Gives each recording of a table one path, however its rows spell it.
struct RecordingPath {
  private let folder: FilePath
  private let resolvedFolder: FilePath?
  /// The bytes of each path, and the line where it is first.
  private var known: [String: (bytes: [UInt8], line: Int)] = [:]
  private var files: [FileID: (path: String, line: Int)] = [:]

  private struct FileID: Hashable {
    let device: UInt64
    let inode: UInt64
  }

  /// Starts with no paths.
  ///
  /// - Parameter folder: The table's folder.
  init(_ folder: FilePath) {
    self.folder = folder
    resolvedFolder = (folder.isEmpty ? "." : folder).resolved
  }

  /// The path without `.` and `..`, relative to the folder if it lies there.
  ///
  /// - Throws: ``EventData/DataSetError`` with the line, for a second name of a recording, or names
  ///   that differ only in their Unicode form.
  mutating func normalized(
    _ text: String, _ table: FilePath, line: Int
  ) throws(DataSetError) -> String {
    var path = FilePath(text).lexicallyNormalized()
    if path.isAbsolute {
      for folder in [resolvedFolder, folder] {
        if let folder, path.removePrefix(folder) { break }
      }
    }
    let name = path.string
    if let first = known[name] {
      guard first.bytes == Array(name.utf8) else {
        throw DataSetError(
          table, .line(line),
          "file: \(quoted(name)) differs from line \(first.line) only in its Unicode form: rename one"
        )
      }
      return name
    }
    known[name] = (Array(name.utf8), line)
    if let stat = try? Stat(folder.pushing(path)) {
      let id = FileID(device: UInt64(stat.deviceID.rawValue), inode: UInt64(stat.inode.rawValue))
      if let first = files[id] {
        throw DataSetError(
          table, .line(line),
          "file: one name for each recording expected, \(quoted(name)) is also "
            + "\(quoted(first.path)) in line \(first.line)")
      }
      files[id] = (name, line)
    }
    return name
  }
}

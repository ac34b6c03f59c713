import FileAccess
import FrameCache
import SystemPackage

extension FrameCache {
  /// Opens the cache that an argument names: a file, or the only cache of a folder or of its
  /// `DvsGesture/`.
  ///
  /// - Throws: ``FrameCacheError`` where a folder has none or several; the detail names them.
  convenience init(named argument: String) throws(FrameCacheError) {
    let path = FilePath(argument)
    try self.init(opening: path.isDirectory ? Self.onlyCache(in: path) : path)
  }

  private static func onlyCache(in folder: FilePath) throws(FrameCacheError) -> FilePath {
    let found = [folder, folder.appending("DvsGesture")].flatMap { folder in
      ((try? namesInDirectory(folder)) ?? []).filter { $0.hasSuffix(".h5") }
        .map { folder.appending($0) }
    }
    guard let first = found.first else {
      throw FrameCacheError(
        .file, folder, "",
        "a frame cache expected, a folder without one found: 'dvsprep convert' makes one of a "
          + "data set")
    }
    guard found.count == 1 else {
      let names = found.prefix(3).map(\.string).joined(separator: ", ")
      let more = found.count > 3 ? " and \(found.count - 3) more" : ""
      throw FrameCacheError(
        .file, folder, "", "one frame cache expected, \(found.count) found: \(names)\(more)")
    }
    return first
  }
}

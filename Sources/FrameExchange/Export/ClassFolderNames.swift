internal import EventData
internal import FrameCache
internal import GestureDataSet
internal import SystemPackage

/// The names of class folders.
enum ClassFolderNames {
  /// Labels for the gestures, as SpikingJelly names them, and the names of the classes otherwise.
  ///
  /// - Parameters:
  ///   - schema: The data set.
  ///   - path: Its file or folder, for messages.
  /// - Throws: ``FrameCacheError`` if a class's name cannot be a folder's.
  static func all(
    of schema: DataSetSchema, _ path: FilePath
  ) throws(FrameCacheError) -> [String] {
    let names = schema.classNames
    if schema == .gesture { return names.indices.map(String.init) }
    guard Set(names).count == names.count else {
      throw FrameCacheError(
        .content, path, "", "classes of different names expected: they name folders")
    }
    var folders: [String] = []
    for name in names { folders.append(try ExportFolder.component(name, of: path)) }
    return folders
  }
}

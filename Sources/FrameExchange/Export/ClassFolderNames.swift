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

  /// A warning if the folders' order as text is not that of the labels.
  ///
  /// SpikingJelly counts gestures in another order, too, but an import knows them.
  static func warnings(of schema: DataSetSchema, in folder: FilePath) -> [String] {
    let names = schema.classNames
    guard schema != .gesture else { return [] }
    let sorted = names.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
    guard let label = names.indices.first(where: { names[$0] != sorted[$0] }) else { return [] }
    return [
      "\(folder): class \(names[label]) has label \(label) here, but SpikingJelly and 'dvsprep import' "
        + "sort folders as text, and give label \(label) to \(sorted[label])"
    ]
  }
}

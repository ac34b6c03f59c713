import ArgumentParser
import ClassFolders
import EventData
internal import FileAccess
import FrameCache
import GestureDataSet
import SystemPackage

/// The data sets that can be read.
enum DataSetKind: String, CaseIterable, ExpressibleByArgument {
  /// DVS128 Gesture.
  case gesture
  /// N-MNIST.
  case nmnist
  /// Folders of one's own recordings.
  case own

  /// What a folder looks like; what is no folder is taken for an archive of DVS128 Gesture.
  ///
  /// - Throws: `DataSetError` for a folder that looks like none of them, with what it holds.
  static func found(at path: FilePath) throws(DataSetError) -> DataSetKind {
    if let kind = known(at: path) { return kind }
    throw DataSetError(
      path, .whole,
      "a data set expected: DvsGesture/ or the folder or archive of it, N-MNIST "
        + "(\(ClassFolderKind.nmnist.pattern)) or own recordings (\(ClassFolderKind.own.pattern)); "
        + foundText(in: path)
        + (dataSetFolder(near: path) { $0.isDirectory && known(at: $0) != nil }
          .map { "; did you mean \($0)?" } ?? ""))
  }

  private static func known(at path: FilePath) -> DataSetKind? {
    guard path.isDirectory else { return .gesture }
    let source = try? DataSetSource(at: path)
    if source == .directory(path) { return .gesture }
    switch ClassFolderKind(lookingAt: path) {
    case .nmnist: return .nmnist
    case .own: return .own
    case nil: return source == nil ? nil : .gesture
    }
  }

  /// The first names in a folder, and how many more there are.
  private static func foundText(in path: FilePath) -> String {
    let names = ((try? namesInDirectory(path)) ?? []).filter { !$0.hasPrefix(".") }
    if names.isEmpty { return "an empty folder found" }
    let more = names.count > 5 ? " and \(names.count - 5) more" : ""
    return "\(names.prefix(5).joined(separator: ", "))\(more) found"
  }

  /// The data set, all of it.
  func request(
    at path: FilePath, allowsMissing: Bool
  ) -> any DataSetRequest {
    switch self {
    case .gesture: GestureDataSetRequest(path, allowsMissing: allowsMissing)
    case .nmnist: NMNISTRequest(path, allowsMissing: allowsMissing)
    case .own: OwnDataSetRequest(path, allowsMissing: allowsMissing)
    }
  }

  /// The data set that a cache was made from, at a path.
  ///
  /// - Throws: ``FrameCacheError`` where the cache is of a data set that is not known, or does not
  ///   say in words that are understood which part of it was taken.
  static func request(
    for cache: FrameCache, at path: FilePath
  ) throws(FrameCacheError) -> any DataSetRequest {
    let schema = cache.schema
    switch schema.name {
    case DataSetSchema.gesture.name:
      return GestureDataSetRequest(
        path, selection: try cache.dataSetSelection, allowsMissing: true)
    case NMNISTRequest.schema.name: return NMNISTRequest(path, allowsMissing: true)
    case OwnDataSetRequest.name:
      return OwnDataSetRequest(path, sensor: schema.sensor, allowsMissing: true)
    default:
      throw FrameCacheError(
        .content, cache.path, "",
        "a cache of DVS128 Gesture, N-MNIST or own recordings expected to be compared with "
          + "recordings, one of '\(schema.name)' found")
    }
  }
}

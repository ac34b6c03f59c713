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

  /// What a folder looks like; DVS128 Gesture where it looks like nothing that is known.
  init(lookingAt path: FilePath) {
    if path.appending("Train").appending("0").isDirectory {
      self = .nmnist
    } else if path.appending("train").isDirectory || path.appending("test").isDirectory {
      self = .own
    } else {
      self = .gesture
    }
  }

  /// The data set, all of it.
  func request(
    at path: FilePath, sensor: FrameShape? = nil, allowsMissing: Bool
  ) -> any DataSetRequest {
    switch self {
    case .gesture: GestureDataSetRequest(path, allowsMissing: allowsMissing)
    case .nmnist: NMNISTRequest(path, allowsMissing: allowsMissing)
    case .own: OwnDataSetRequest(path, sensor: sensor, allowsMissing: allowsMissing)
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

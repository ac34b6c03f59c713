public import EventData
internal import FileAccess
public import SystemPackage

/// The location of a data set.
public enum DataSetSource: Equatable, Sendable {
  /// A folder with the recordings and the lists.
  case directory(FilePath)
  /// A tar archive of such a folder.
  case archive(FilePath)

  /// The folder or the archive.
  public var path: FilePath {
    switch self {
    case .directory(let path), .archive(let path): path
    }
  }

  /// Size and modification time of the archive; `nil` for a folder.
  var archiveIdentity: FileIdentity? {
    get throws(DataSetError) {
      guard case .archive(let path) = self else { return nil }
      do throws(FileError) { return try FileIdentity(of: path) } catch {
        throw DataSetError(error)
      }
    }
  }

  /// Finds the data set at `DvsGesture/` itself, in a folder that contains it or its archive, in
  /// SpikingJelly's folder, or at an archive.
  ///
  /// - Throws: ``EventData/DataSetError`` when there is none.
  public init(at path: FilePath) throws(DataSetError) {
    guard path.isDirectory else {
      do throws(FileError) { _ = try FileIdentity(of: path) } catch {
        throw DataSetError(error)
      }
      self = .archive(path)
      return
    }
    guard let source = GestureFolder(path).source else {
      throw DataSetError(
        path, .whole,
        "a data set expected (\(DataSetSplit.allCases.map(\.listName).joined(separator: ", ")), "
          + "\(GestureFolder.directoryName)/ or \(GestureFolder.archiveName)), none of these found")
    }
    self = source
  }
}

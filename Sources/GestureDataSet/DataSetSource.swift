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

  static let directoryName = "DvsGesture"
  static let archiveName = "DvsGesture.tar.gz"

  /// Finds the data set at `DvsGesture/` itself, at the folder that contains it or its archive, or
  /// at an archive.
  ///
  /// - Throws: ``DataSetError`` when there is none.
  public init(at path: FilePath) throws(DataSetError) {
    guard path.isDirectory else {
      do throws(FileError) { _ = try FileIdentity(of: path) } catch {
        throw DataSetError(error)
      }
      self = .archive(path)
      return
    }
    let lists = DataSetSplit.allCases.map(\.listName)
    if lists.contains(where: { path.appending($0).exists }) {
      self = .directory(path)
    } else if path.appending(Self.directoryName).isDirectory {
      self = .directory(path.appending(Self.directoryName))
    } else if path.appending(Self.archiveName).isRegularFile {
      self = .archive(path.appending(Self.archiveName))
    } else {
      throw DataSetError(
        path, .whole,
        "a data set expected (\(lists.joined(separator: ", ")), \(Self.directoryName)/ or "
          + "\(Self.archiveName)), none of these found")
    }
  }
}

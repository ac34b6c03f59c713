internal import FileAccess
internal import GestureDataSet
public import SystemPackage

/// A data set's folder and kind.
public struct DataSetFolder: Equatable, Sendable {
  /// The folder.
  public let path: FilePath
  /// The detected kind.
  public let kind: DataSetKind

  /// Detects the data set in a folder; `nil` when there is none.
  public init?(_ path: FilePath) {
    guard let kind = DataSetKind(lookingAt: path) else { return nil }
    self.path = path
    self.kind = kind
  }

  /// The data set that a wrong path probably meant: one in that folder, or the nearest one that
  /// contains the path.
  ///
  /// - Parameter path: A file, or a folder that is not a data set itself.
  public init?(near path: FilePath) {
    for name in DataSetKind.visibleNames(path) {
      if let found = Self(path.appending(name)) {
        self = found
        return
      }
    }
    // The path may be a split, a class of a split, or a recording of a class: up to three levels.
    var folder = path
    for _ in 0..<3 {
      if let last = folder.lastComponent, last.kind == .regular {
        folder = folder.parentDirectory
      } else {
        folder.append("..")
      }
      if let found = Self(folder), !Self.isBesideArchive(folder) {
        self = found
        return
      }
    }
    return nil
  }

  /// Whether the data set that a folder contains is an archive in it, of which the other files are
  /// no part.
  private static func isBesideArchive(_ folder: FilePath) -> Bool {
    guard case .archive(let archive) = GestureFolder(folder).source else { return false }
    return archive.removingLastComponent() == folder
  }
}

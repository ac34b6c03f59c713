internal import EventData
internal import FileAccess
public import SystemPackage

/// A folder that may contain DVS128 Gesture: unpacked, as an archive, or in SpikingJelly's layout.
///
/// SpikingJelly keeps the archive in `download/` and unpacks it into `extract/`. Names are compared
/// without regard to case, since some file systems and programs change it.
public struct GestureFolder: Sendable {
  /// The folder.
  public let path: FilePath

  /// The folder of the recordings, as the archive names it.
  static let directoryName = "DvsGesture"
  /// The archive, as it is distributed.
  static let archiveName = "DvsGesture.tar.gz"
  /// The archive's suffixes.
  private static let archiveSuffixes = [".tar.gz", ".tgz", ".tar"]

  /// Creates a description of a folder, which need not exist.
  public init(_ path: FilePath) { self.path = path }

  /// The folders in which recordings, archives and caches may lie, the folder itself first.
  public var searchedFolders: [FilePath] {
    let unpacked = folder(named: "extract", in: path)
    return [
      path, folder(named: Self.directoryName, in: path), unpacked,
      unpacked.flatMap { folder(named: Self.directoryName, in: $0) },
      folder(named: "download", in: path),
    ]
    .compactMap { $0 }.filter(\.isDirectory)
  }

  /// The data set in the folder; `nil` if there is none.
  ///
  /// Recordings that are unpacked come before an archive.
  public var source: DataSetSource? {
    if Self.hasList(path) { return .directory(path) }
    if let inner = folder(named: Self.directoryName, in: path) { return .directory(inner) }
    if let unpacked = folder(named: "extract", in: path) {
      let inner = folder(named: Self.directoryName, in: unpacked)
      // An unpacking that was stopped early has no lists; the archive is still complete.
      for candidate in [inner, unpacked].compactMap({ $0 }) where Self.hasList(candidate) {
        return .directory(candidate)
      }
    }
    return archive.map(DataSetSource.archive)
  }

  /// Whether a file's name is that of an archive.
  public static func isArchiveName(_ name: String) -> Bool {
    archiveSuffixes.contains(where: name.lowercased().hasSuffix)
  }

  private var archive: FilePath? {
    for folder in [path, folder(named: "download", in: path)].compactMap({ $0 }) {
      let names = (try? namesInDirectory(folder)) ?? []
      for suffix in Self.archiveSuffixes {
        let expected = Self.directoryName + suffix
        if let name = Self.match(
          expected, among: names.filter { folder.appending($0).isRegularFile })
        {
          return folder.appending(name)
        }
      }
    }
    return nil
  }

  private static func hasList(_ folder: FilePath) -> Bool {
    let lists = DataSetSplit.allCases.map(\.listName)
    // In other case, opening the data set says so.
    return lists.contains { folder.appending($0).exists }
      || ((try? namesInDirectory(folder)) ?? []).contains { lists.contains($0.lowercased()) }
  }

  private func folder(named name: String, in parent: FilePath) -> FilePath? {
    let exact = parent.appending(name)
    if exact.isDirectory { return exact }
    let names = (try? namesInDirectory(parent)) ?? []
    return Self.match(name, among: names.filter { parent.appending($0).isDirectory })
      .map { parent.appending($0) }
  }

  /// The name that is written as expected, or else one that differs only in case.
  private static func match(_ expected: String, among names: [String]) -> String? {
    names.first { $0 == expected } ?? names.first { $0.lowercased() == expected.lowercased() }
  }
}

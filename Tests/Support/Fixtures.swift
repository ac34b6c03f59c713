internal import FileAccess
public import SystemPackage

/// The files in `Fixtures/` of the package.
public enum Fixtures {
  /// The package's own folder.
  public static let packageDirectory = FilePath(#filePath)
    .removingLastComponent().removingLastComponent().removingLastComponent()

  /// The folder.
  public static let directory = packageDirectory.appending("Fixtures")

  /// The name of a fixture.
  public static func path(_ name: String) -> FilePath {
    directory.pushing(FilePath(name))
  }

  /// The names of the files in a folder of fixtures, sorted.
  public static func names(in folder: String) throws -> [String] {
    try namesInDirectory(path(folder))
  }

  /// The content of a fixture.
  public static func bytes(_ name: String) throws -> [UInt8] { try readFile(path(name)) }
}

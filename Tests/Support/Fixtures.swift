internal import FileAccess
package import SystemPackage

/// The files in `Fixtures/` of the package.
package enum Fixtures {
  /// The package's root folder.
  package static let packageDirectory = FilePath(#filePath)
    .removingLastComponent().removingLastComponent().removingLastComponent()

  /// The folder `Fixtures/`.
  package static let directory = packageDirectory.appending("Fixtures")

  /// The path of a fixture, given its path in the folder.
  package static func path(_ name: String) -> FilePath {
    directory.pushing(FilePath(name))
  }

  /// The names of the files in a folder of fixtures, sorted.
  package static func names(in folder: String) throws -> [String] {
    try namesInDirectory(path(folder))
  }

  /// The content of a fixture.
  package static func bytes(_ name: String) throws -> [UInt8] { try readFile(path(name)) }
}

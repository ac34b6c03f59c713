public import SystemPackage

/// A problem of a data set that does not prevent its use.
public struct DataSetWarning: Equatable, Sendable, CustomStringConvertible {
  /// One line: the file, the problem, what is done about it, and the option that changes that.
  public let description: String

  /// Makes a warning.
  public init(_ path: FilePath, _ location: DataSetError.Location = .whole, _ detail: String) {
    description = DataSetError(path, location, detail).description
  }
}

public import SystemPackage

/// Something odd in a data set that does not stop it from being used.
public struct DataSetWarning: Equatable, Sendable, CustomStringConvertible {
  /// What, where, what is done about it, and which option changes that.
  public let description: String

  /// Makes a warning.
  public init(_ path: FilePath, _ place: DataSetError.Place = .whole, _ detail: String) {
    description = DataSetError(path, place, detail).description
  }
}

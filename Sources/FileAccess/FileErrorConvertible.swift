/// An error that can be created from a file system error.
///
/// Readers of mapped files throw such errors: besides defects of the content, they must be able to
/// report that the content has been lost.
public protocol FileErrorConvertible: Error {
  /// Converts a file system error.
  init(_ error: FileError)
}

extension FileError: FileErrorConvertible {
  /// The same error.
  public init(_ error: FileError) { self = error }
}

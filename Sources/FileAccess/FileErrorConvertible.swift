/// An error that can say what an error of the file system says.
///
/// Whoever reads a mapped file throws one: beside what is wrong with the bytes, that they are not
/// there any more.
public protocol FileErrorConvertible: Error {
  /// Takes over an error of the file system.
  init(_ error: FileError)
}

extension FileError: FileErrorConvertible {
  /// The same error.
  public init(_ error: FileError) { self = error }
}

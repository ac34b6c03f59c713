public import FileAccess
public import SystemPackage

/// A defect that makes a data set, or one of its files, unusable.
public struct DataSetError:
  CausedError, CancellableError, FileErrorConvertible, Equatable, Sendable
{
  /// What kind of fault it is.
  public enum Code: Equatable, Sendable {
    /// A list, label file, recording or the whole data set is incomplete or malformed.
    case content
    /// A file or folder cannot be opened or read.
    case file
    /// The caller asked to stop.
    case cancelled
  }

  /// Where in a file the defect is.
  public enum Location: Equatable, Sendable {
    /// In the file as a whole.
    case whole
    /// In a line, counted from 1.
    case line(Int)
    /// At a byte, counted from 0.
    case byte(Int)
  }

  /// What kind of fault it is.
  public let code: Code

  /// The file or folder; inside an archive, the archive's path and the member's name.
  public let path: FilePath

  /// Where in the file.
  public let location: Location

  /// What was found and what was expected.
  public let detail: String

  /// The underlying error; `nil` when there is none.
  public let cause: (any Error)?

  /// Describes a defect in a data set's content.
  public init(_ path: FilePath, _ location: Location = .whole, _ detail: String) {
    self.init(.content, path, location, detail, cause: nil)
  }

  /// Describes a defect with its underlying error.
  package init(
    _ code: Code, _ path: FilePath, _ location: Location, _ detail: String, cause: (any Error)?
  ) {
    self.code = code
    self.path = path
    self.location = location
    self.detail = detail
    self.cause = cause
  }

  /// The error for work that was cancelled by the caller.
  ///
  /// - Parameter path: The file or folder in use when the work stopped.
  public static func cancelled(_ path: FilePath) -> Self {
    Self(.cancelled, path, .whole, "stopped", cause: nil)
  }

  /// Converts a file system error.
  public init(_ error: FileError) {
    self.init(.file, error.path, .whole, error.detail, cause: error)
  }

  /// Whether the caller asked to stop.
  public var isCancellation: Bool { code == .cancelled }

  /// Compares all but the cause.
  public static func == (left: Self, right: Self) -> Bool {
    left.code == right.code && left.path == right.path && left.location == right.location
      && left.detail == right.detail
  }
}

extension DataSetError: CustomStringConvertible {
  /// The defect in one line; of control characters and line ends in names and content, each becomes
  /// `?`.
  public var description: String {
    switch location {
    case .whole: oneLine("\(path): \(detail)")
    case .line(let line): oneLine("\(path): line \(line): \(detail)")
    case .byte(let byteOffset): oneLine("\(path): byte \(byteOffset): \(detail)")
    }
  }
}

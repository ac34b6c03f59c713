public import SystemPackage

/// An error of opening, reading, writing or renaming a file or folder.
public struct FileError: CausedError, Equatable, Sendable {
  /// The file or folder.
  public let path: FilePath

  /// What was wrong, in words.
  public let detail: String

  /// The underlying error: the system's, or the one that prevented a file from being written.
  public let cause: (any Error)?

  /// The system's error, if that is the cause.
  public var errno: Errno? { cause as? Errno }

  /// Describes a failed system call.
  ///
  /// - Parameters:
  ///   - path: The file or folder.
  ///   - action: What failed, as in `cannot be opened`.
  ///   - errno: The system's error.
  public init(_ path: FilePath, _ action: String, _ errno: Errno) {
    self.init(path, "\(action): \(errno)", cause: errno)
  }

  /// Describes an unsuitable file.
  ///
  /// - Parameters:
  ///   - path: The file or folder.
  ///   - detail: What was wrong, in words.
  ///   - cause: The underlying error, if any.
  public init(_ path: FilePath, _ detail: String, cause: (any Error)? = nil) {
    self.path = path
    self.detail = detail
    self.cause = cause
  }

  /// Compares path, detail and the system's error; other causes are ignored.
  public static func == (left: Self, right: Self) -> Bool {
    left.path == right.path && left.detail == right.detail && left.errno == right.errno
  }
}

extension FileError: CustomStringConvertible {
  /// The defect in one line.
  public var description: String { "\(path): \(detail)" }
}

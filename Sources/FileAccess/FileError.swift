public import SystemPackage

/// A file or folder could not be opened, read, written or named.
public struct FileError: CausedError, Equatable, Sendable {
  /// The file or folder.
  public let path: FilePath

  /// What was wrong, in words.
  public let detail: String

  /// The error from which this one was made: the system's own, or what kept a file from being
  /// filled.
  public let cause: (any Error)?

  /// The system's own error, if one was the reason.
  public var errno: Errno? { cause as? Errno }

  /// Describes a call of the system that failed.
  ///
  /// - Parameters:
  ///   - path: The file or folder.
  ///   - action: What was tried, as in `cannot be opened`.
  ///   - errno: The system's error.
  public init(_ path: FilePath, _ action: String, _ errno: Errno) {
    self.init(path, "\(action): \(errno)", cause: errno)
  }

  /// Describes a file that is not as it must be.
  ///
  /// - Parameters:
  ///   - path: The file or folder.
  ///   - detail: What was wrong, in words.
  ///   - cause: The error that was the reason, if one was.
  public init(_ path: FilePath, _ detail: String, cause: (any Error)? = nil) {
    self.path = path
    self.detail = detail
    self.cause = cause
  }

  /// Compares all but the cause; of that, only the system's error.
  public static func == (left: Self, right: Self) -> Bool {
    left.path == right.path && left.detail == right.detail && left.errno == right.errno
  }
}

extension FileError: CustomStringConvertible {
  /// The defect in one line.
  public var description: String { "\(path): \(detail)" }
}

public import SystemPackage

/// A file or folder could not be opened, read, written or named.
public struct FileError: Error, Equatable, Sendable {
  /// The file or folder.
  public let path: FilePath

  /// What was wrong, in words.
  public let detail: String

  /// The system's own error, if one was the reason.
  public let errno: Errno?

  /// Describes a call of the system that failed.
  ///
  /// - Parameters:
  ///   - path: The file or folder.
  ///   - action: What was tried, as in `cannot be opened`.
  ///   - errno: The system's error.
  public init(_ path: FilePath, _ action: String, _ errno: Errno) {
    self.path = path
    self.errno = errno
    detail = "\(action): \(errno)"
  }

  /// Describes a file that is not as it must be.
  public init(_ path: FilePath, _ detail: String) {
    self.path = path
    self.errno = nil
    self.detail = detail
  }
}

extension FileError: CustomStringConvertible {
  /// The defect in one line.
  public var description: String { "\(path): \(detail)" }
}

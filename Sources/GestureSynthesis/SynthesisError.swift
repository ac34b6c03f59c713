package import FileAccess
package import SystemPackage

/// An error in writing a synthetic data set.
package struct SynthesisError: CausedError, CancellableError, Equatable, Sendable {
  /// What kind of fault it is.
  package enum Code: Equatable, Sendable {
    /// A file or folder cannot be created or written, or exists already.
    case file
    /// The caller asked to stop.
    case cancelled
  }

  /// What kind of fault it is.
  package let code: Code

  /// The file or folder.
  package let path: FilePath

  /// What was found and what was expected.
  package let detail: String

  /// The error that caused this one; `nil` if this is the original error.
  package let cause: (any Error)?

  private init(_ code: Code, _ path: FilePath, _ detail: String, cause: (any Error)?) {
    self.code = code
    self.path = path
    self.detail = detail
    self.cause = cause
  }

  /// Wraps an error of the file system.
  package init(_ error: FileError) {
    self.init(.file, error.path, error.detail, cause: error)
  }

  /// The error for a call that was cancelled.
  ///
  /// - Parameter path: The file or folder to be written.
  package static func cancelled(_ path: FilePath) -> Self {
    Self(.cancelled, path, "stopped", cause: nil)
  }

  /// Whether the caller asked to stop.
  package var isCancellation: Bool { code == .cancelled }

  /// Compares everything except the cause.
  package static func == (left: Self, right: Self) -> Bool {
    left.code == right.code && left.path == right.path && left.detail == right.detail
  }
}

extension SynthesisError: CustomStringConvertible {
  /// The fault in one line.
  package var description: String { "\(path): \(detail)" }
}

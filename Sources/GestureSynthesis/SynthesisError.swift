public import FileAccess
public import SystemPackage

/// A synthetic data set could not be written.
public struct SynthesisError: CausedError, CancellableError, Equatable, Sendable {
  /// What kind of fault it is.
  public enum Code: Equatable, Sendable {
    /// A file or folder cannot be made or written, or is there already.
    case file
    /// The caller asked to stop.
    case cancelled
  }

  /// What kind of fault it is.
  public let code: Code

  /// The file or folder.
  public let path: FilePath

  /// What was found and what was expected.
  public let detail: String

  /// The error from which this one was made; `nil` where it is the first.
  public let cause: (any Error)?

  private init(_ code: Code, _ path: FilePath, _ detail: String, cause: (any Error)?) {
    self.code = code
    self.path = path
    self.detail = detail
    self.cause = cause
  }

  /// Takes over an error of the file system.
  public init(_ error: FileError) {
    self.init(.file, error.path, error.detail, cause: error)
  }

  /// Says that the caller asked to stop.
  ///
  /// - Parameter path: What was to be made.
  public static func cancelled(_ path: FilePath) -> Self {
    Self(.cancelled, path, "stopped", cause: nil)
  }

  /// Whether the caller asked to stop.
  public var isCancellation: Bool { code == .cancelled }

  /// Compares all but the cause.
  public static func == (left: Self, right: Self) -> Bool {
    left.code == right.code && left.path == right.path && left.detail == right.detail
  }
}

extension SynthesisError: CustomStringConvertible {
  /// The fault in one line.
  public var description: String { "\(path): \(detail)" }
}

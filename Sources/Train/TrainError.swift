package import FileAccess
package import FrameCache
package import SpikingNetwork
package import SystemPackage

/// An error of training, evaluation or prediction.
package struct TrainError: CausedError, CancellableError, Equatable, Sendable {
  /// The kind of error.
  package enum Code: Int, Equatable, Sendable {
    /// Settings are incompatible with each other, the cache or the machine.
    case settings
    /// A cache cannot be used.
    case data
    /// A file cannot be opened, read or written.
    case file
    /// A checkpoint is corrupt, was not written by dvstrain, or belongs to a different training.
    case checkpoint
    /// A checkpoint exists that would be overwritten.
    case existing
    /// An engine failed.
    case engine
    /// A loss, gradient or weight is not finite.
    case divergence
    /// The caller asked to stop.
    case cancelled
  }

  /// The kind of error.
  package let code: Code

  /// The file or folder; empty if the error has none.
  package let path: FilePath

  /// The position, as in `tensor conv.0.weight` or `epoch 3, step 41`; empty for the whole file.
  package let location: String

  /// What was found and what was expected.
  package let detail: String

  /// The error that caused this one, if any.
  package let cause: (any Error)?

  /// Whether all ranks of a training throw this error, so that one of them reports it.
  package var isShared = false

  /// Creates an error with a code, a file, a position in it and a description.
  package init(
    _ code: Code, _ path: FilePath = "", _ location: String = "", _ detail: String,
    cause: (any Error)? = nil
  ) {
    self.code = code
    self.path = path
    self.location = location
    self.detail = detail
    self.cause = cause
  }

  /// The error of a call that the caller stopped.
  ///
  /// - Parameter path: The file that was being processed, if any.
  package static func cancelled(_ path: FilePath = "") -> Self {
    Self(.cancelled, path, "", "stopped")
  }

  /// Wraps an error of a cache; a cancellation remains a cancellation.
  package init(_ error: FrameCacheError) {
    self.init(
      error.isCancellation ? .cancelled : .data, error.path, error.location, error.detail,
      cause: error)
  }

  /// Wraps an error of the file system.
  package init(_ error: FileError) {
    self.init(.file, error.path, "", error.detail, cause: error)
  }

  /// Wraps an error of an engine.
  package init(_ error: EngineError) {
    self.init(.engine, "", "", error.description, cause: error)
  }

  /// Whether the caller asked to stop.
  package var isCancellation: Bool { code == .cancelled }

  /// Compares everything except the cause.
  package static func == (left: Self, right: Self) -> Bool {
    left.code == right.code && left.path == right.path && left.location == right.location
      && left.detail == right.detail
  }
}

extension TrainError: CustomStringConvertible {
  /// The file, the position and the detail in one line.
  package var description: String {
    [path.string, location, detail].filter { !$0.isEmpty }.joined(separator: ": ")
  }
}

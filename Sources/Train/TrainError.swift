package import FileAccess
package import FrameCache
package import SpikingNetwork
package import SystemPackage

/// Training, or a part of it, could not be done.
package struct TrainError: CausedError, CancellableError, Equatable, Sendable {
  /// The kind of error.
  package enum Code: Equatable, Sendable {
    /// Settings do not fit each other, the cache or the machine.
    case settings
    /// A cache cannot be used.
    case data
    /// A file cannot be opened, read or written.
    case file
    /// A checkpoint is damaged, foreign, or of another training.
    case checkpoint
    /// There is a checkpoint that would be lost.
    case existing
    /// An engine failed.
    case engine
    /// A number is no longer finite.
    case divergence
    /// The caller asked to stop.
    case cancelled
  }

  /// The kind of error.
  package let code: Code

  /// The file or folder; empty where there is none.
  package let path: FilePath

  /// Where, as in `tensor conv.0.weight` or `epoch 3, step 41`; empty for the whole.
  package let place: String

  /// What was found and what was expected.
  package let detail: String

  /// The error that caused this one; `nil` if this is the first.
  package let cause: (any Error)?

  /// Describes a fault.
  package init(
    _ code: Code, _ path: FilePath = "", _ place: String = "", _ detail: String,
    cause: (any Error)? = nil
  ) {
    self.code = code
    self.path = path
    self.place = place
    self.detail = detail
    self.cause = cause
  }

  /// Says that the caller asked to stop.
  ///
  /// - Parameter path: What was worked on; empty where it is no file.
  package static func cancelled(_ path: FilePath = "") -> Self {
    Self(.cancelled, path, "", "stopped")
  }

  /// Wraps an error of a cache; a cancellation remains a cancellation.
  package init(_ error: FrameCacheError) {
    self.init(
      error.isCancellation ? .cancelled : .data, error.path, error.place, error.detail,
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
    left.code == right.code && left.path == right.path && left.place == right.place
      && left.detail == right.detail
  }
}

extension TrainError: CustomStringConvertible {
  /// The defect in one line.
  package var description: String {
    [path.string, place, detail].filter { !$0.isEmpty }.joined(separator: ": ")
  }
}

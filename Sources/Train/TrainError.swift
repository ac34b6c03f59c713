public import FileAccess
public import FrameCache
public import SpikingNetwork
public import SystemPackage

/// Training, or a part of it, could not be done.
public struct TrainError: Error, Equatable, Sendable {
  /// What kind of fault it is.
  public enum Code: Equatable, Sendable {
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

  /// What kind of fault it is.
  public let code: Code

  /// The file or folder; empty where there is none.
  public let path: FilePath

  /// Where, as in `tensor conv.0.weight` or `epoch 3, step 41`; empty for the whole.
  public let place: String

  /// What was found and what was expected.
  public let detail: String

  /// Describes a fault.
  public init(_ code: Code, _ path: FilePath = "", _ place: String = "", _ detail: String) {
    self.code = code
    self.path = path
    self.place = place
    self.detail = detail
  }

  /// Takes over an error of a cache.
  public init(_ error: FrameCacheError) {
    self.init(.data, error.path, error.place, error.detail)
  }

  /// Takes over an error of the file system.
  public init(_ error: FileError) {
    self.init(.file, error.path, "", error.detail)
  }

  /// Takes over an error of an engine.
  public init(_ error: EngineError) {
    self.init(.engine, "", "", error.description)
  }
}

extension TrainError: CustomStringConvertible {
  /// The defect in one line.
  public var description: String {
    [path.string, place, detail].filter { !$0.isEmpty }.joined(separator: ": ")
  }
}

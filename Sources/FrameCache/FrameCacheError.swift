public import EventData
public import FileAccess
internal import HDF5
internal import HDF5Reading
public import SystemPackage

/// A frame cache, or the data from which it is converted, cannot be used.
public struct FrameCacheError:
  CausedError, CancellableError, FileErrorConvertible, Equatable, Sendable
{
  /// The kind of fault.
  public enum Code: Equatable, Sendable {
    /// A recording, list or label file is missing or malformed.
    case source
    /// A file cannot be opened, read or written.
    case file
    /// A cache has a wrong or missing attribute or dataset.
    case format
    /// A chunk of a cache is damaged.
    case chunk
    /// The content of a cache is inconsistent, or does not match its recordings.
    case content
    /// A cache exists, but was converted from other recordings or with other settings.
    case difference
    /// The caller asked to stop.
    case cancelled
  }

  /// The kind of fault.
  public let code: Code

  /// The file or folder.
  public let path: FilePath

  /// The location in the file, as in `line 3` or `sample train/2/user01_led_0 (train:7)`; empty
  /// for the whole.
  public let location: String

  /// What was found and what was expected.
  public let detail: String

  /// The underlying error; `nil` if there is none.
  public let cause: (any Error)?

  /// Describes a fault.
  public init(
    _ code: Code, _ path: FilePath, _ location: String = "", _ detail: String,
    cause: (any Error)? = nil
  ) {
    self.code = code
    self.path = path
    self.location = Self.oneLine(location)
    self.detail = Self.oneLine(detail)
    self.cause = cause
  }

  /// Replaces control characters and line ends: a message may quote any text of a file.
  private static func oneLine(_ text: String) -> String {
    func endsLine(_ scalar: Unicode.Scalar) -> Bool {
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator: true
      default: false
      }
    }
    guard text.unicodeScalars.contains(where: endsLine) else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.map { endsLine($0) ? "?" : $0 }))
  }

  /// The error after the caller asked to stop.
  ///
  /// - Parameters:
  ///   - path: The file or folder that was being processed.
  ///   - cause: The error that ended a part of the work.
  public static func cancelled(_ path: FilePath, cause: (any Error)? = nil) -> Self {
    Self(.cancelled, path, "", "stopped", cause: cause)
  }

  /// Converts an error of the data set; a cancellation stays a cancellation.
  public init(_ error: DataSetError) {
    let location =
      switch error.location {
      case .whole: ""
      case .line(let line): "line \(line)"
      case .byte(let byteOffset): "byte \(byteOffset)"
      }
    self.init(
      error.isCancellation ? .cancelled : .source, error.path, location, error.detail, cause: error)
  }

  /// Converts an error of the file system.
  public init(_ error: FileError) {
    self.init(.file, error.path, "", error.detail, cause: error)
  }

  /// Adds the file's name to an error of a cache's structure.
  init(_ path: FilePath, _ error: HDF5ReadingError) {
    let hint = error.code == .outsideSubset ? Self.rewritingHint(path) : ""
    self.init(
      .format, path, error.object == "/" ? "" : error.object, error.detail + hint, cause: error)
  }

  /// Says how to make a readable cache from a valid HDF5 file that has another layout than the
  /// writer's.
  private static func rewritingHint(_ path: FilePath) -> String {
    let name = path.string
    let isPlain = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...:
        true
      default: "/._-+=,:@%".utf8.contains(byte)
      }
    }
    let word =
      isPlain
      ? name
      : "'"
        + name.split(separator: "'", omittingEmptySubsequences: false)
        .joined(separator: "'\\''") + "'"
    return "; dvsprep repack \(word) -o NEW rewrites it"
  }

  /// Adds the file's name to an error of the HDF5 library.
  init(_ path: FilePath, _ error: HDF5Error) {
    self.init(
      .format, path, error.object == "/" ? "" : error.object, error.detail, cause: error)
  }

  /// Whether the caller asked to stop.
  public var isCancellation: Bool { code == .cancelled }

  /// Compares everything except the cause.
  public static func == (left: Self, right: Self) -> Bool {
    left.code == right.code && left.path == right.path && left.location == right.location
      && left.detail == right.detail
  }
}

extension FrameCacheError: CustomStringConvertible {
  /// The defect in one line.
  public var description: String {
    location.isEmpty ? "\(path): \(detail)" : "\(path): \(location): \(detail)"
  }
}

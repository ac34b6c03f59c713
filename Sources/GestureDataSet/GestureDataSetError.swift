public import AEDAT
public import FileAccess
public import SystemPackage

/// A data set, or a file of one, that cannot be used.
public struct GestureDataSetError: Error, Equatable, Sendable {
  /// Where in a file the defect is.
  public enum Place: Equatable, Sendable {
    /// In the file as a whole.
    case whole
    /// In a line, counted from 1.
    case line(Int)
    /// At a byte, counted from 0.
    case byte(Int)
  }

  /// The file or folder; inside an archive, the archive's path and the member's name.
  public let path: FilePath

  /// Where in the file.
  public let place: Place

  /// What was found and what was expected.
  public let detail: String

  /// Describes a defect.
  public init(_ path: FilePath, _ place: Place = .whole, _ detail: String) {
    self.path = path
    self.place = place
    self.detail = detail
  }

  /// Adds the file's name to a defect in a recording.
  public init(_ path: FilePath, _ error: AEDATError) {
    self.init(path, .byte(error.byteOffset), error.detail)
  }

  /// Takes over an error of the file system.
  public init(_ error: FileError) {
    self.init(error.path, .whole, error.detail)
  }
}

extension GestureDataSetError: CustomStringConvertible {
  /// The defect in one line.
  public var description: String {
    switch place {
    case .whole: "\(path): \(detail)"
    case .line(let line): "\(path): line \(line): \(detail)"
    case .byte(let byteOffset): "\(path): byte \(byteOffset): \(detail)"
    }
  }
}

/// Something odd in a data set that does not stop it from being used.
public struct DataSetWarning: Equatable, Sendable, CustomStringConvertible {
  /// What, where, what is done about it, and which option changes that.
  public let description: String

  /// Makes a warning.
  public init(_ path: FilePath, _ place: GestureDataSetError.Place = .whole, _ detail: String) {
    description = GestureDataSetError(path, place, detail).description
  }
}

package import FileAccess
package import SystemPackage

/// A safetensors file cannot be read or written, or contradicts its header.
package struct SafetensorsError: CausedError, FileErrorConvertible, Equatable, Sendable {
  /// The file.
  package let path: FilePath

  /// The tensor that the error is about; `nil` for the file itself or the header as a whole.
  package let tensor: String?

  /// What was found and what was expected.
  package let detail: String

  /// The underlying error; `nil` if there is none.
  package let cause: (any Error)?

  /// Describes a defect.
  package init(
    _ path: FilePath, tensor: String? = nil, _ detail: String, cause: (any Error)? = nil
  ) {
    self.path = path
    self.tensor = tensor
    self.detail = detail
    self.cause = cause
  }

  /// Wraps an error of the file system.
  package init(_ error: FileError) {
    self.init(error.path, error.detail, cause: error)
  }

  /// Compares everything except the cause.
  package static func == (left: Self, right: Self) -> Bool {
    left.path == right.path && left.tensor == right.tensor && left.detail == right.detail
  }
}

extension SafetensorsError: CustomStringConvertible {
  /// The defect in one line.
  package var description: String {
    guard let tensor else { return "\(path): \(detail)" }
    return "\(path): tensor \(printable(tensor)): \(detail)"
  }
}

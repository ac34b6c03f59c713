package import FileAccess
package import SystemPackage

/// An event file cannot be read or written, or is damaged.
package struct TensorBoardError: CausedError, Equatable, Sendable {
  /// The file or folder.
  package let path: FilePath

  /// The offset of the damaged record in the file; `nil` for the file itself.
  package let byteOffset: Int?

  /// What was found and what was expected.
  package let detail: String

  /// The underlying error; `nil` if there is none.
  package let cause: (any Error)?

  /// Describes a defect.
  package init(
    _ path: FilePath, byteOffset: Int? = nil, _ detail: String, cause: (any Error)? = nil
  ) {
    self.path = path
    self.byteOffset = byteOffset
    self.detail = detail
    self.cause = cause
  }

  /// Wraps an error of the file system.
  package init(_ error: FileError) {
    self.init(error.path, error.detail, cause: error)
  }

  /// Compares everything except the cause.
  package static func == (left: Self, right: Self) -> Bool {
    left.path == right.path && left.byteOffset == right.byteOffset && left.detail == right.detail
  }
}

extension TensorBoardError: CustomStringConvertible {
  /// The defect in one line.
  package var description: String {
    byteOffset.map { "\(path): byte \($0): \(detail)" } ?? "\(path): \(detail)"
  }
}

package import FileAccess
package import ZipArchives

/// What is wrong with the content of a `.npy` or `.npz` file; or why it cannot be read.
package struct NumPyError: FileErrorConvertible, Equatable, Sendable {
  /// Where in the file, as in `frames.npy` or `byte 12`; empty for the whole.
  package let location: String
  /// What was expected and what was found.
  package let detail: String
  /// The file system's error; `nil` for a defect of the content.
  package let fileError: FileError?

  /// Describes a defect of the content.
  package init(_ location: String, _ detail: String) {
    self.location = location
    self.detail = detail
    fileError = nil
  }

  /// Converts a file system error.
  package init(_ error: FileError) {
    location = ""
    detail = error.detail
    fileError = error
  }
}

extension NumPyError: ZipErrorConvertible {
  /// Converts an error of the archive that contains arrays.
  ///
  /// - Parameter error: The archive's error.
  package init(_ error: ZipError) {
    location = error.location
    detail = error.detail
    fileError = error.fileError
  }

  /// The same defect in a member of an archive.
  ///
  /// - Parameter name: The member's name.
  package func inMember(_ name: String) -> NumPyError {
    if fileError != nil { return self }
    return NumPyError(location.isEmpty ? name : "\(name), \(location)", detail)
  }
}

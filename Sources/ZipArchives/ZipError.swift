package import FileAccess

/// What is wrong with a zip archive; or why it cannot be read.
package struct ZipError: FileErrorConvertible, Equatable, Sendable {
  /// Where in the file, as in `frames.npy` or `byte 12`; empty for the whole.
  package let location: String
  /// What was expected and what was found.
  package let detail: String
  /// The file system's error; `nil` for a defect of the archive.
  package let fileError: FileError?

  /// Describes a defect of the archive.
  ///
  /// - Parameters:
  ///   - location: Where in the file; empty for the whole.
  ///   - detail: What was expected and what was found.
  package init(_ location: String, _ detail: String) {
    self.location = location
    self.detail = detail
    fileError = nil
  }

  /// Converts a file system error.
  ///
  /// - Parameter error: The file system's error.
  package init(_ error: FileError) {
    location = ""
    detail = error.detail
    fileError = error
  }
}

/// An error of what reads an archive's members.
package protocol ZipErrorConvertible: Error {
  /// Converts an error of the archive.
  ///
  /// - Parameter error: The archive's error.
  init(_ error: ZipError)

  /// The same error, if it is about the content of a member.
  ///
  /// - Parameter name: The member's name.
  func inMember(_ name: String) -> Self
}

extension ZipError: ZipErrorConvertible {
  /// The same error.
  ///
  /// - Parameter error: The error.
  package init(_ error: ZipError) { self = error }

  /// The same defect in a member of an archive.
  ///
  /// - Parameter name: The member's name.
  package func inMember(_ name: String) -> ZipError {
    if fileError != nil { return self }
    return ZipError(location.isEmpty ? name : "\(name), \(location)", detail)
  }
}

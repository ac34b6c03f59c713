/// What is wrong with the content of a file; or why the file cannot be read or written.
///
/// The error of the readers and writers of a file's format. It does not name the file: they may
/// have its bytes alone, and whoever opens it adds its name.
package struct FileContentError: FileErrorConvertible, Equatable, Sendable {
  /// Where in the file, as in `data.pkl, byte 12`, `tensor net.0.weight` or `node conv1`; empty for
  /// the whole.
  package let location: String
  /// What was expected and what was found.
  package let detail: String
  /// The file system's error; `nil` for a defect of the content.
  package let fileError: FileError?

  /// Describes a defect of the content.
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

  /// The same defect in a member of an archive.
  ///
  /// - Parameter name: The member's name.
  package func inMember(_ name: String) -> FileContentError {
    if fileError != nil { return self }
    let name = printable(name)
    return FileContentError(location.isEmpty ? name : "\(name), \(location)", detail)
  }
}

extension FileContentError: CustomStringConvertible {
  /// The location and the defect in one line.
  package var description: String { location.isEmpty ? detail : "\(location): \(detail)" }
}

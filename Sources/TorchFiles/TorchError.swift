package import FileAccess
package import ZipArchives

/// What is wrong with the content of a file of `torch.save`; or why it cannot be read.
package struct TorchError: FileErrorConvertible, Equatable, Sendable {
  /// Where in the file, as in `data.pkl, byte 12` or `tensor net.0.weight`; empty for the whole.
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
}

extension TorchError: ZipErrorConvertible {
  /// Converts an error of the archive.
  ///
  /// - Parameter error: The archive's error.
  package init(_ error: ZipError) {
    location = printable(error.location)
    detail = error.detail
    fileError = error.fileError
  }

  /// The same defect in a member of the archive.
  ///
  /// - Parameter name: The member's name.
  package func inMember(_ name: String) -> TorchError {
    if fileError != nil { return self }
    let name = printable(name)
    return TorchError(location.isEmpty ? name : "\(name), \(location)", detail)
  }
}

extension TorchError: CustomStringConvertible {
  /// The location and the defect in one line.
  package var description: String { location.isEmpty ? detail : "\(location): \(detail)" }
}

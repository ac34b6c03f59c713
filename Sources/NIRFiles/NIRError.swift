package import FileAccess
internal import HDF5

/// A file of NIR cannot be read or written.
package struct NIRError: Error, Equatable, Sendable {
  /// The position in the file, as in `node conv1`; empty for the whole file.
  package let location: String
  /// What was found and what was expected.
  package let detail: String
  /// The error of the file system, if it was one.
  package let fileError: FileError?

  /// Describes what is not as expected.
  package init(_ location: String, _ detail: String) {
    self.location = location
    self.detail = detail
    fileError = nil
  }

  /// Wraps an error of the file system.
  init(_ error: FileError) {
    location = ""
    detail = error.detail
    fileError = error
  }

  /// Wraps an error of the library.
  init(_ error: HDF5Error) { self.init(error.object, error.detail) }
}

extension NIRError: CustomStringConvertible {
  /// The position and the detail in one line.
  package var description: String { location.isEmpty ? detail : "\(location): \(detail)" }
}

/// An HDF5 file cannot be read, or an object in it is not what was expected.
package struct HDF5ReadingError: Error, Equatable, Sendable {
  /// The kind of fault.
  package enum Code: Equatable, Sendable {
    /// The file is truncated, a checksum is wrong, or parts contradict each other.
    case damaged
    /// The file may be valid, but has a feature that this reader does not support; the detail names
    /// it.
    case outsideSubset
    /// No object or attribute has that name.
    case missing
    /// The object exists, but with another type, shape or value than expected.
    case unexpected
  }

  /// The kind of fault.
  package let code: Code

  /// The object in the file, as in `/train/labels`; `/` for the whole.
  package let object: String

  /// What was found and what was expected.
  package let detail: String

  /// Describes a fault.
  package init(_ code: Code, _ object: String, _ detail: String) {
    self.code = code
    self.object = object
    self.detail = detail
  }
}

extension HDF5ReadingError: CustomStringConvertible {
  /// The defect in one line.
  package var description: String { "\(object): \(detail)" }
}

internal import CHDF5

/// A call of the HDF5 library failed, or an object in a file is not what was expected.
package struct HDF5Error: Error, Equatable, Sendable {
  /// The object in the file, as in `/train/labels`.
  package let object: String

  /// What was found and what was expected.
  package let detail: String

  /// Describes an object that is not as expected.
  package init(_ object: String, _ detail: String) {
    self.object = object
    self.detail = detail
  }

  /// Describes a call that has just failed, with the library's own innermost message.
  init(failed action: String, _ object: String) {
    var text = [CChar](repeating: 0, count: 1024)
    // Safe: the call writes at most 1024 bytes, the last of them zero.
    unsafe CHDF5_error_text(&text)
    let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    self.init(object, "\(action): \(Self.shortened(String(decoding: bytes, as: UTF8.self)))")
  }

  /// Reduces the library's messages about files, which contain addresses and dates, to the system's
  /// error message.
  private static func shortened(_ message: String) -> String {
    let key = "error message = '"
    guard let start = message.range(of: key)?.upperBound,
      let end = message[start...].firstIndex(of: "'")
    else { return message.isEmpty ? "the HDF5 library rejects it" : message }
    return String(message[start..<end])
  }
}

extension HDF5Error: CustomStringConvertible {
  /// The defect in one line.
  package var description: String { "\(object): \(detail)" }
}

extension String {
  fileprivate func range(of part: String) -> Range<String.Index>? {
    var start = startIndex
    while start != endIndex {
      if self[start...].hasPrefix(part) { return start..<index(start, offsetBy: part.count) }
      formIndex(after: &start)
    }
    return nil
  }
}

package import FileAccess

/// A field of records.
package struct RecordField: Equatable, Sendable {
  /// Its name; empty for bytes without meaning, which align the next field.
  package let name: String
  /// Its type; `nil` for bytes without meaning.
  package let element: ElementDescription?
  /// Where it begins in a record, in bytes.
  package let offset: Int
  /// Its size in bytes.
  let byteCount: Int

  /// The largest field without meaning, in bytes.
  private static let maximumPadding = 4096

  /// Parses a field; `nil` if its type is unknown.
  init?(_ name: String, _ type: String, offset: Int) {
    self.name = name
    self.offset = offset
    if let element = ElementDescription(type) {
      self.element = element
      byteCount = element.byteCount
      return
    }
    // As numpy.dtype(…, align=True) has it.
    guard type.hasPrefix("|V"), let size = Int(type.dropFirst(2)),
      (1...Self.maximumPadding).contains(size)
    else { return nil }
    element = nil
    byteCount = size
  }
}

/// The header of a `.npy` file of records: a structured array with one axis.
package struct RecordHeader: Equatable, Sendable {
  /// The fields, in their order in a record.
  package let fields: [RecordField]
  /// The size of a record in bytes.
  package let recordByteCount: Int
  /// The number of records.
  package let recordCount: Int
  /// Where the records begin, in bytes from the start of the file.
  package let dataOffset: Int

  /// Reads the header at the start of a file.
  ///
  /// - Parameters:
  ///   - bytes: The file, or its first bytes.
  ///   - fileByteCount: The size of the file, which the records must fill.
  /// - Throws: ``FileContentError``, also for an array of anything but records.
  package init(_ bytes: RawSpan, fileByteCount: Int) throws(FileContentError) {
    let text = try HeaderText(bytes)
    var scanner = HeaderScanner(text.characters, offset: text.offset)
    let shape: [Int]
    (fields, _, shape) = try scanner.scanRecords()
    guard shape.count == 1 else {
      throw FileContentError("", "records along one axis expected, of shape \(shape) found")
    }
    recordByteCount = fields.reduce(0) { $0 + $1.byteCount }
    dataOffset = text.dataOffset
    recordCount = try ArrayHeader.elementCount(
      of: shape, elementByteCount: recordByteCount, "records",
      dataByteCount: fileByteCount - dataOffset)
  }
}

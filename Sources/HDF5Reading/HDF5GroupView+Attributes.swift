extension HDF5GroupView {
  /// Reads a number.
  ///
  /// - Throws: ``HDF5ReadingError`` when the attribute is missing or has another type.
  package func attribute<Value: FixedWidthInteger & BitwiseCopyable>(
    _ name: String, as type: Value.Type
  ) throws(HDF5ReadingError) -> Value {
    let object = attributePath(name)
    let attribute = try attributeMessage(name)
    try attribute.datatype.requireInteger(type, object)
    try attribute.requireCount(1, object)
    var reader = try view.piece(attribute.content, "value", of: object)
    return try reader.integer(type)
  }

  /// Reads texts of fixed length.
  ///
  /// - Parameter count: The required number of texts.
  /// - Throws: ``HDF5ReadingError`` when the attribute is missing or has another type.
  package func attribute(
    _ name: String, stringCount count: Int
  ) throws(HDF5ReadingError) -> [String] {
    let object = attributePath(name)
    let attribute = try attributeMessage(name)
    let length = try attribute.datatype.requireText(object)
    try attribute.requireCount(count, object)
    // Each text has at most 65 536 bytes.
    var reader = try view.piece(attribute.content, "value", of: object)
    guard count <= reader.remainingCount / length else {
      throw reader.location.damaged("\(count) texts of \(length) bytes expected")
    }
    try reader.skip(count * length)
    return texts(reader.bytes, byteCountPerText: length, count: count)
  }

  /// Reads one text of fixed length.
  ///
  /// - Throws: ``HDF5ReadingError`` when the attribute is missing or has another type.
  package func attribute(_ name: String) throws(HDF5ReadingError) -> String {
    try attribute(name, stringCount: 1)[0]
  }

  /// Reads one text of fixed length; `nil` if there is no such attribute.
  ///
  /// - Throws: ``HDF5ReadingError`` when the attribute has another type.
  package func optionalAttribute(_ name: String) throws(HDF5ReadingError) -> String? {
    do throws(HDF5ReadingError) { return try attribute(name) } catch {
      guard error.code == .missing else { throw error }
      return nil
    }
  }

  private func attributePath(_ name: String) -> String {
    path == "/" ? "attribute \(name)" : "attribute \(name) of \(path)"
  }

  private func attributeMessage(_ name: String) throws(HDF5ReadingError) -> AttributeMessage {
    let bytes = Array(name.utf8)
    let object = attributePath(name)
    if let attributeStorage {
      for candidate in try attributeStorage.candidates(bytes, in: view) {
        if let found = try AttributeMessage(view, candidate, named: bytes, object) { return found }
      }
    } else {
      for message in header.messages where message.kind == .attribute {
        guard !message.isShared else {
          throw HDF5ReadingError(.outsideSubset, path, "a shared attribute is not supported")
        }
        if let found = try AttributeMessage(view, message.body, named: bytes, object) {
          return found
        }
      }
    }
    throw HDF5ReadingError(.missing, object, "the attribute is missing")
  }
}

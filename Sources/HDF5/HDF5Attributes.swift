internal import CHDF5

extension HDF5Group {
  /// Writes a number as an attribute of the group.
  ///
  /// - Throws: ``HDF5Error``.
  package borrowing func setAttribute(
    _ name: String, _ value: some HDF5Element
  ) throws(HDF5Error) {
    let type = type(of: value).hdf5Type.id
    var stored = value.littleEndian
    let space = try HDF5Handle(H5Screate(H5S_SCALAR), "no attribute can be created", path)
    let attribute = try newAttribute(name, type, space.id)
    // Safe: the call reads one number of this type.
    try check(
      unsafe H5Awrite(attribute.id, type, &stored), "the attribute cannot be written",
      attributePath(name))
  }

  /// Writes texts as an attribute of the group: fixed length, padded with zeros.
  ///
  /// - Throws: ``HDF5Error``.
  package borrowing func setAttribute(_ name: String, _ values: [String]) throws(HDF5Error) {
    let block = StringBlock(values)
    let type = try block.makeType(textEncoding, attributePath(name))
    var extent = [hsize_t(values.count)]
    let space = try HDF5Handle(
      unsafe H5Screate_simple(1, &extent, nil), "no attribute can be created", attributePath(name))
    try write(block, to: try newAttribute(name, type.id, space.id), type.id, name)
  }

  /// Writes a text as an attribute of the group: fixed length, padded with zeros.
  ///
  /// - Throws: ``HDF5Error``.
  package borrowing func setAttribute(_ name: String, _ value: String) throws(HDF5Error) {
    let block = StringBlock([value])
    let type = try block.makeType(textEncoding, attributePath(name))
    let space = try HDF5Handle(
      H5Screate(H5S_SCALAR), "no attribute can be created", attributePath(name))
    try write(block, to: try newAttribute(name, type.id, space.id), type.id, name)
  }

  /// Reads a number.
  ///
  /// - Throws: ``HDF5Error`` when the attribute is missing or has another type.
  package borrowing func attribute<Value: HDF5Element>(
    _ name: String, as type: Value.Type
  ) throws(HDF5Error) -> Value {
    let attribute = try openAttribute(name)
    let found = try HDF5Handle(
      H5Aget_type(attribute.id), "the attribute cannot be read", attributePath(name))
    try requireInteger(found.id, Value.self, attributePath(name))
    try requireCount(attribute.id, 1, name)
    var value = Value.zero
    // Safe: the call writes one number of this type.
    try check(
      unsafe H5Aread(attribute.id, Value.hdf5Type.id, &value), "the attribute cannot be read",
      attributePath(name))
    return Value(littleEndian: value)
  }

  /// Reads texts of fixed length.
  ///
  /// - Parameter count: The required number of texts.
  /// - Throws: ``HDF5Error`` when the attribute is missing or has another type.
  package borrowing func attribute(
    _ name: String, stringCount count: Int
  ) throws(HDF5Error) -> [String] {
    let attribute = try openAttribute(name)
    let type = try HDF5Handle(
      H5Aget_type(attribute.id), "the attribute cannot be read", attributePath(name))
    let length = try StringBlock.length(of: type.id, attributePath(name))
    try requireCount(attribute.id, count, name)
    var bytes = [UInt8](repeating: 0, count: length * count)
    // Safe: the call writes `count` texts of `length` bytes, as checked above.
    try check(
      unsafe H5Aread(attribute.id, type.id, &bytes), "the attribute cannot be read",
      attributePath(name))
    return StringBlock.strings(bytes, length: length, count: count)
  }

  /// Reads one text of fixed length.
  ///
  /// - Throws: ``HDF5Error`` when the attribute is missing or has another type.
  package borrowing func attribute(_ name: String) throws(HDF5Error) -> String {
    try attribute(name, stringCount: 1)[0]
  }

  func attributePath(_ name: String) -> String {
    path == "/" ? "attribute \(name)" : "attribute \(name) of \(path)"
  }

  private borrowing func newAttribute(
    _ name: String, _ type: hid_t, _ space: hid_t
  ) throws(HDF5Error) -> HDF5Handle {
    let id = unsafe H5Acreate2(handle.id, name, type, space, defaultProperties, defaultProperties)
    return try HDF5Handle(id, "the attribute cannot be created", attributePath(name))
  }

  borrowing func openAttribute(_ name: String) throws(HDF5Error) -> HDF5Handle {
    guard unsafe H5Aexists(handle.id, name) > 0 else {
      throw HDF5Error(attributePath(name), "the attribute is missing")
    }
    let id = unsafe H5Aopen(handle.id, name, defaultProperties)
    return try HDF5Handle(id, "the attribute cannot be read", attributePath(name))
  }

  private func write(
    _ block: StringBlock, to attribute: borrowing HDF5Handle, _ type: hid_t, _ name: String
  ) throws(HDF5Error) {
    // Safe: the block has the size of type and extent.
    try check(
      unsafe H5Awrite(attribute.id, type, block.bytes), "the attribute cannot be written",
      attributePath(name))
  }

  private func requireCount(_ attribute: hid_t, _ count: Int, _ name: String) throws(HDF5Error) {
    let space = try HDF5Handle(
      H5Aget_space(attribute), "the attribute cannot be read", attributePath(name))
    let found = H5Sget_simple_extent_npoints(space.id)
    guard found == Int64(count) else {
      throw HDF5Error(attributePath(name), "\(count) values expected, \(found) found")
    }
  }
}

/// Checks that a type in a file is the expected integer type.
func requireInteger<Value: HDF5Element>(
  _ type: hid_t, _: Value.Type, _ object: String
) throws(HDF5Error) {
  guard H5Tequal(type, Value.hdf5Type.id) > 0 else {
    throw HDF5Error(object, "values of type \(Value.hdf5Name) expected, another type found")
  }
}

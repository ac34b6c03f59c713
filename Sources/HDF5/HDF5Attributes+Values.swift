internal import CHDF5

extension HDF5Group {
  /// The maximum number of values in an attribute; HDF5 itself limits an attribute to 64 KiB.
  private static var maximumValueCount: Int { 65_536 }

  /// Whether the group has an attribute of this name.
  package borrowing func hasAttribute(_ name: String) -> Bool {
    unsafe H5Aexists(handle.id, name) > 0
  }

  /// Reads an attribute of unknown type: a scalar, or values along any axes, flattened.
  ///
  /// For files of other programs; attributes written by `dvsprep` have fixed types.
  ///
  /// - Throws: ``HDF5Error`` when the attribute is missing, or has a type that ``HDF5Value`` lacks.
  package borrowing func attributeValue(_ name: String) throws(HDF5Error) -> HDF5Value {
    let object = attributePath(name)
    let failure = "the attribute cannot be read"
    let attribute = try openAttribute(name)
    let type = try HDF5Handle(H5Aget_type(attribute.id), failure, object)
    let space = try HDF5Handle(H5Aget_space(attribute.id), failure, object)
    let found = H5Sget_simple_extent_npoints(space.id)
    guard (0...Int64(Self.maximumValueCount)).contains(found) else {
      throw HDF5Error(object, "at most \(Self.maximumValueCount) values expected, \(found) found")
    }
    let count = Int(found)
    switch H5Tget_class(type.id) {
    case H5T_STRING:
      return .texts(try texts(of: attribute, type, space, count, object))
    case H5T_INTEGER:
      var values = [Int64](repeating: 0, count: count)
      // Safe: `count` numbers of 8 bytes are written.
      try check(
        unsafe H5Aread(attribute.id, CHDF5_H5T_NATIVE_INT64(), &values), failure, object)
      return .integers(values)
    case H5T_FLOAT:
      var values = [Double](repeating: 0, count: count)
      // Safe: `count` numbers of 8 bytes are written.
      try check(
        unsafe H5Aread(attribute.id, CHDF5_H5T_NATIVE_DOUBLE(), &values), failure, object)
      return .numbers(values)
    case H5T_ENUM:
      try requireBooleans(type, object)
      var values = [UInt8](repeating: 0, count: count)
      // Safe: `count` values of one byte are written, as was just checked.
      try check(unsafe H5Aread(attribute.id, type.id, &values), failure, object)
      return .flags(values.map { $0 != 0 })
    default:
      throw HDF5Error(object, "texts, numbers or Booleans expected, another type found")
    }
  }

  private func texts(
    of attribute: borrowing HDF5Handle, _ type: borrowing HDF5Handle,
    _ space: borrowing HDF5Handle, _ count: Int, _ object: String
  ) throws(HDF5Error) -> [String] {
    let failure = "the attribute cannot be read"
    guard H5Tis_variable_str(type.id) > 0 else {
      let length = try StringBlock.length(of: type.id, object)
      var bytes = [UInt8](repeating: 0, count: length * count)
      // Safe: the call writes `count` texts of `length` bytes.
      try check(unsafe H5Aread(attribute.id, type.id, &bytes), failure, object)
      return StringBlock.strings(
        bytes, length: length, count: count,
        arePaddedWithSpaces: StringBlock.isPaddedWithSpaces(type.id))
    }
    let inMemory = try HDF5Handle(H5Tcopy(CHDF5_H5T_C_S1()), failure, object)
    try check(H5Tset_size(inMemory.id, CHDF5_H5T_VARIABLE()), failure, object)
    try check(H5Tset_cset(inMemory.id, H5Tget_cset(type.id)), failure, object)
    var pointers = unsafe [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
    guard count > 0 else { return [] }
    // Safe: the call writes `count` pointers to zero-terminated texts, which the caller must free.
    try check(unsafe H5Aread(attribute.id, inMemory.id, &pointers), failure, object)
    let result = unsafe pointers.map { pointer in
      // Safe: an empty text may be a null pointer; others are valid until they are freed below.
      unsafe pointer.map { unsafe String(cString: $0) } ?? ""
    }
    // Safe: the pointers, type and extent are those of the call above; none is used again.
    unsafe H5Dvlen_reclaim(inMemory.id, space.id, defaultProperties, &pointers)
    return result
  }

  /// Checks that an enumeration is that of h5py's Booleans: FALSE is 0 and TRUE is 1, in a byte.
  private func requireBooleans(
    _ type: borrowing HDF5Handle, _ object: String
  ) throws(HDF5Error) {
    var isBoolean = H5Tget_size(type.id) == 1 && H5Tget_nmembers(type.id) == 2
    for (name, value) in [("FALSE", UInt8(0)), ("TRUE", UInt8(1))] where isBoolean {
      var found = UInt8.max
      // Safe: the call writes one value of the type, which is one byte.
      let result = unsafe H5Tenum_valueof(type.id, name, &found)
      isBoolean = result >= 0 && found == value
    }
    guard isBoolean else {
      throw HDF5Error(object, "FALSE and TRUE in a byte expected, another enumeration found")
    }
  }
}

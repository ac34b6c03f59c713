internal import CHDF5

extension HDF5Group {
  /// The names of the group's attributes, in the order of their characters.
  ///
  /// - Throws: ``HDF5Error``.
  package borrowing func attributeNames() throws(HDF5Error) -> [String] {
    // A file's own handle has no attributes; its root group has.
    try attributeNames(of: ".")
  }

  /// The names of the attributes of an object in the group, in the order of their characters.
  ///
  /// - Throws: ``HDF5Error`` when there is no such object.
  package borrowing func attributeNames(of name: String) throws(HDF5Error) -> [String] {
    let path = name == "." ? path : path(of: name)
    let failure = "the attributes cannot be read"
    let object = try HDF5Handle(
      unsafe H5Oopen(handle.id, name, defaultProperties), failure, path)
    let count = try check(H5Aget_num_attrs(object.id), failure, path)
    var result: [String] = []
    for index in 0..<hsize_t(count) {
      var name = [CChar](repeating: 0, count: 512)
      try check(
        unsafe H5Aget_name_by_idx(
          object.id, ".", H5_INDEX_NAME, H5_ITER_INC, index, &name, name.count, defaultProperties),
        failure, path)
      let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      result.append(String(decoding: bytes, as: UTF8.self))
    }
    return result
  }
}

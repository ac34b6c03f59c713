internal import CHDF5

/// A group of a file, or the file itself as its root.
package struct HDF5Group: ~Copyable {
  let handle: HDF5Handle

  /// The group's path in the file; `/` for the root.
  package let path: String

  /// The declared encoding of texts that are written into the group.
  let textEncoding: HDF5TextEncoding

  init(
    _ handle: consuming HDF5Handle, path: String, textEncoding: HDF5TextEncoding = .ascii
  ) {
    self.handle = handle
    self.path = path
    self.textEncoding = textEncoding
  }

  /// The path of an object of the group.
  func path(of name: String) -> String { path == "/" ? "/\(name)" : "\(path)/\(name)" }

  /// Creates a group in this one.
  ///
  /// - Throws: ``HDF5Error``.
  package borrowing func createGroup(_ name: String) throws(HDF5Error) -> HDF5Group {
    let path = path(of: name)
    let properties = try timelessProperties(CHDF5_H5P_GROUP_CREATE(), path)
    let id = unsafe H5Gcreate2(
      handle.id, name, defaultProperties, properties.id, defaultProperties)
    return HDF5Group(
      try HDF5Handle(id, "the group cannot be created", path), path: path,
      textEncoding: textEncoding)
  }

  /// Opens a group in this one.
  ///
  /// - Throws: ``HDF5Error`` when it is missing.
  package borrowing func group(_ name: String) throws(HDF5Error) -> HDF5Group {
    let path = path(of: name)
    guard contains(name) else { throw HDF5Error(path, "the group is missing") }
    try requireHardLink(name)
    let id = unsafe H5Gopen2(handle.id, name, defaultProperties)
    return HDF5Group(
      try HDF5Handle(id, "the group cannot be read", path), path: path, textEncoding: textEncoding)
  }

  /// Opens a dataset in this group.
  ///
  /// - Throws: ``HDF5Error`` when it is missing.
  package borrowing func dataset(_ name: String) throws(HDF5Error) -> HDF5Dataset {
    let path = path(of: name)
    guard contains(name) else { throw HDF5Error(path, "the dataset is missing") }
    try requireHardLink(name)
    let id = unsafe H5Dopen2(handle.id, name, defaultProperties)
    return try HDF5Dataset(try HDF5Handle(id, "the dataset cannot be read", path), path: path)
  }

  /// Checks that an object is in this file: a link could lead to any other file, or to a pipe.
  private borrowing func requireHardLink(_ name: String) throws(HDF5Error) {
    let path = path(of: name)
    var information = H5L_info_t()
    unsafe try check(
      H5Lget_info(handle.id, name, &information, defaultProperties), "the link cannot be read", path
    )
    guard information.type == H5L_TYPE_HARD else {
      throw HDF5Error(path, "an object in the file expected, a soft or external link found")
    }
  }

  /// Whether the group has an object of this name.
  package borrowing func contains(_ name: String) -> Bool {
    unsafe H5Lexists(handle.id, name, defaultProperties) > 0
  }

  /// Whether an object of the group is a group.
  ///
  /// - Throws: ``HDF5Error`` when there is no such object, or a link leads to it.
  package borrowing func isGroup(_ name: String) throws(HDF5Error) -> Bool {
    try requireHardLink(name)
    let id = unsafe H5Oopen(handle.id, name, defaultProperties)
    let object = try HDF5Handle(id, "the object cannot be read", path(of: name))
    return H5Iget_type(object.id) == H5I_GROUP
  }

  /// The names of the objects in the group, in the order of their characters.
  ///
  /// - Throws: ``HDF5Error``.
  package borrowing func names() throws(HDF5Error) -> [String] {
    var information = H5G_info_t()
    unsafe try check(H5Gget_info(handle.id, &information), "the group cannot be read", path)
    var result: [String] = []
    for index in 0..<information.nlinks {
      var name = [CChar](repeating: 0, count: 512)
      let length = unsafe H5Lget_name_by_idx(
        handle.id, ".", H5_INDEX_NAME, H5_ITER_INC, index, &name, name.count, defaultProperties)
      try check(length, "the group cannot be read", path)
      let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      result.append(String(decoding: bytes, as: UTF8.self))
    }
    return result
  }
}

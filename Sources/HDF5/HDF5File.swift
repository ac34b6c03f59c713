internal import CHDF5

/// An open HDF5 file.
package struct HDF5File: ~Copyable {
  /// The root group.
  package let root: HDF5Group

  /// Creates a file, and replaces an existing one.
  ///
  /// The format is that of libhdf5 1.10: older ones keep the index of chunks in B-trees without a
  /// checksum, and 1.10 does not open newer ones.
  ///
  /// - Parameter textEncoding: The declared encoding of all texts in the file.
  /// - Throws: ``HDF5Error``.
  package init(
    creating path: String, textEncoding: HDF5TextEncoding = .ascii
  ) throws(HDF5Error) {
    let access = try Self.access()
    let properties = try timelessProperties(CHDF5_H5P_FILE_CREATE(), "/")
    let id = unsafe H5Fcreate(path, CHDF5_H5F_ACC_TRUNC(), properties.id, access.id)
    root = HDF5Group(
      try HDF5Handle(id, "the file cannot be created", path), path: "/", textEncoding: textEncoding)
  }

  /// Opens a file for reading.
  ///
  /// - Parameter chunkCacheByteCount: Memory for decoded chunks of each dataset in bytes; `nil` for
  ///   the library's default.
  /// - Throws: ``HDF5Error`` if it is not an HDF5 file, or its structure is damaged.
  package init(opening path: String, chunkCacheByteCount: Int? = nil) throws(HDF5Error) {
    let access = try Self.access()
    if let chunkCacheByteCount {
      // The number of slots and the policy are the library's defaults.
      try check(
        H5Pset_cache(access.id, 0, 521, chunkCacheByteCount, 0.75),
        "the memory for chunks cannot be set", "/")
    }
    let id = unsafe H5Fopen(path, CHDF5_H5F_ACC_RDONLY(), access.id)
    root = HDF5Group(try HDF5Handle(id, "the file cannot be read as HDF5", "/"), path: "/")
  }

  /// Writes everything that the library still buffers to the file.
  ///
  /// - Throws: ``HDF5Error`` when the disk is full or fails.
  package borrowing func flush() throws(HDF5Error) {
    try check(H5Fflush(root.handle.id, H5F_SCOPE_LOCAL), "the file cannot be written", "/")
  }

  private static func access() throws(HDF5Error) -> HDF5Handle {
    prepareLibrary()
    let access = try HDF5Handle(
      H5Pcreate(CHDF5_H5P_FILE_ACCESS()), "no property list can be created", "/")
    try check(
      H5Pset_libver_bounds(access.id, H5F_LIBVER_V110, H5F_LIBVER_V110),
      "the format cannot be bounded", "/")
    // Files are published by renaming, so locks protect nothing, and some file systems have none.
    try check(H5Pset_file_locking(access.id, false, true), "locks cannot be switched off", "/")
    let driver = try check(unresolvingDriver, "the file driver cannot be registered", "/")
    try check(H5Pset_driver(access.id, driver, nil), "the file driver cannot be set", "/")
    return access
  }
}

/// Registered once; negative if registration failed.
private let unresolvingDriver: hid_t = CHDF5_register_unresolving_driver()

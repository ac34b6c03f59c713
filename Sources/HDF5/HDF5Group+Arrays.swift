internal import CHDF5

/// Writes datasets as programs that know nothing of caches expect them: without chunks and filters.
extension HDF5Group {
  /// Writes an integer as a dataset without axes.
  ///
  /// - Throws: ``HDF5Error``.
  package borrowing func writeScalar(_ name: String, _ value: Int64) throws(HDF5Error) {
    try writeArray(name, [value], extents: [])
  }

  /// Writes a text as a dataset without axes: fixed length, padded with zeros.
  ///
  /// - Throws: ``HDF5Error``.
  package borrowing func writeScalar(_ name: String, _ text: String) throws(HDF5Error) {
    try writeArray(name, [text], extents: [])
  }

  /// Writes integers.
  ///
  /// - Parameter extents: The length along each axis; `values` has their product.
  /// - Throws: ``HDF5Error``.
  package borrowing func writeArray(
    _ name: String, _ values: [Int64], extents: [Int]
  ) throws(HDF5Error) {
    try writeArray(
      name, values.map(\.littleEndian), type: HDF5IntegerType.int64.id, count: values.count,
      extents: extents)
  }

  /// Writes floating-point numbers of four bytes.
  ///
  /// - Parameter extents: The length along each axis; `values` has their product.
  /// - Throws: ``HDF5Error``.
  package borrowing func writeArray(
    _ name: String, _ values: [Float], extents: [Int]
  ) throws(HDF5Error) {
    try writeArray(
      name, values.map(\.bitPattern.littleEndian), type: CHDF5_H5T_IEEE_F32LE(),
      count: values.count, extents: extents)
  }

  /// Writes texts: of fixed length, padded with zeros.
  ///
  /// - Parameter extents: The length along each axis; `values` has their product.
  /// - Throws: ``HDF5Error``.
  package borrowing func writeArray(
    _ name: String, _ values: [String], extents: [Int]
  ) throws(HDF5Error) {
    let block = StringBlock(values)
    let type = try block.makeType(textEncoding, path(of: name))
    try writeArray(name, block.bytes, type: type.id, count: values.count, extents: extents)
  }

  /// Creates floating-point numbers of eight bytes that are all equal, and take no space in the
  /// file.
  ///
  /// The library gives a reader the fill value of elements that were never written.
  ///
  /// - Throws: ``HDF5Error``.
  package borrowing func createUniformArray(
    _ name: String, _ value: Double, extents: [Int]
  ) throws(HDF5Error) {
    _ = try createArray(name, CHDF5_H5T_IEEE_F64LE(), extents: extents, fillValue: value)
  }

  private borrowing func writeArray<Stored: BitwiseCopyable>(
    _ name: String, _ stored: [Stored], type: hid_t, count: Int, extents: [Int]
  ) throws(HDF5Error) {
    precondition(extents.reduce(1, *) == count, "\(count) values for extents \(extents)")
    let dataset = try createArray(name, type, extents: extents, fillValue: nil)
    // Safe: callers pass as many bytes as that number of elements of the type has.
    try check(
      unsafe H5Dwrite(
        dataset.handle.id, type, wholeSpace, wholeSpace, defaultProperties, stored),
      "the dataset cannot be written", dataset.path)
  }

  private borrowing func createArray(
    _ name: String, _ type: hid_t, extents: [Int], fillValue: Double?
  ) throws(HDF5Error) -> HDF5Dataset {
    let path = path(of: name)
    let failure = "the dataset cannot be created"
    let properties = try timelessProperties(CHDF5_H5P_DATASET_CREATE(), path)
    if var fillValue {
      // Safe: the call copies one number of eight bytes.
      try check(
        unsafe H5Pset_fill_value(properties.id, CHDF5_H5T_NATIVE_DOUBLE(), &fillValue), failure,
        path)
    }
    let lengths = extents.map { hsize_t($0) }
    let space = try HDF5Handle(
      extents.isEmpty
        ? H5Screate(H5S_SCALAR) : unsafe H5Screate_simple(Int32(lengths.count), lengths, nil),
      failure, path)
    let id = unsafe H5Dcreate2(
      handle.id, name, type, space.id, defaultProperties, properties.id, defaultProperties)
    return try HDF5Dataset(try HDF5Handle(id, failure, path), path: path)
  }
}

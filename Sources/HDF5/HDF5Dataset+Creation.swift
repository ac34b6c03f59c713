internal import CHDF5

/// A filter that is applied to every chunk of a dataset.
package struct HDF5Filter: Equatable, Sendable {
  /// The filter's registered number.
  package let number: Int
  /// The filter's parameters.
  package let values: [UInt32]

  /// Creates a filter.
  package init(number: Int, values: [UInt32] = []) {
    self.number = number
    self.values = values
  }

  /// The library's shuffle filter, which stores all low bytes first, then the next ones.
  package static let shuffleNumber = 2
  /// The library's checksum filter, Fletcher-32.
  package static let fletcher32 = HDF5Filter(number: 3)
}

extension HDF5Group {
  /// Creates a dataset whose chunks the caller writes, filtered, with
  /// ``HDF5Dataset/writeChunk(_:at:)``.
  ///
  /// - Parameters:
  ///   - name: Its name in the group.
  ///   - type: The type of the elements.
  ///   - extents: Its length along each axis.
  ///   - chunkExtents: A chunk's length along each axis, at least 1.
  ///   - filters: The filters of each chunk, in the order in which the caller applies them.
  /// - Throws: ``HDF5Error``.
  package borrowing func createChunkedDataset(
    _ name: String, type: HDF5IntegerType, extents: [Int], chunkExtents: [Int],
    filters: [HDF5Filter]
  ) throws(HDF5Error) -> HDF5Dataset {
    try createDataset(
      name, type: type.id, extents: extents, chunkExtents: chunkExtents, filters: filters)
  }

  /// Writes numbers as one chunk with a checksum, so that readers detect damage.
  ///
  /// - Parameter extents: The length along each axis; `values` has their product.
  /// - Throws: ``HDF5Error``.
  package borrowing func writeDataset<Value: HDF5Element>(
    _ name: String, _ values: [Value], extents: [Int]
  ) throws(HDF5Error) {
    precondition(
      extents.reduce(1, *) == values.count, "\(values.count) values for extents \(extents)")
    let type = Value.hdf5Type.id
    let stored = values.map(\.littleEndian)
    let dataset = try createDataset(
      name, type: type, extents: extents, chunkExtents: extents.map { max(1, $0) },
      filters: [.fletcher32])
    guard !values.isEmpty else { return }
    // Safe: the array has as many numbers as the dataset.
    try check(
      unsafe H5Dwrite(
        dataset.handle.id, type, wholeSpace, wholeSpace, defaultProperties, stored),
      "the dataset cannot be written", dataset.path)
  }

  /// Writes texts of fixed length as one chunk with a checksum.
  ///
  /// - Throws: ``HDF5Error``.
  package borrowing func writeDataset(_ name: String, _ values: [String]) throws(HDF5Error) {
    let block = StringBlock(values)
    let type = try block.makeType(textEncoding, path(of: name))
    let dataset = try createDataset(
      name, type: type.id, extents: [values.count], chunkExtents: [max(1, values.count)],
      filters: [.fletcher32])
    guard !values.isEmpty else { return }
    // Safe: the block has as many bytes as the dataset.
    try check(
      unsafe H5Dwrite(
        dataset.handle.id, type.id, wholeSpace, wholeSpace, defaultProperties, block.bytes),
      "the dataset cannot be written", dataset.path)
  }

  private borrowing func createDataset(
    _ name: String, type: hid_t, extents: [Int], chunkExtents: [Int], filters: [HDF5Filter]
  ) throws(HDF5Error) -> HDF5Dataset {
    let path = path(of: name)
    let failure = "the dataset cannot be created"
    let properties = try timelessProperties(CHDF5_H5P_DATASET_CREATE(), path)
    let chunk = chunkExtents.map { hsize_t($0) }
    unsafe try check(
      H5Pset_chunk(properties.id, Int32(chunk.count), chunk), failure, path)
    try check(H5Pset_fill_time(properties.id, H5D_FILL_TIME_NEVER), failure, path)
    for filter in filters {
      try check(
        unsafe H5Pset_filter(
          properties.id, H5Z_filter_t(filter.number), UInt32(H5Z_FLAG_MANDATORY),
          filter.values.count, filter.values),
        failure, path)
    }
    let lengths = extents.map { hsize_t($0) }
    let space = try HDF5Handle(
      unsafe H5Screate_simple(Int32(lengths.count), lengths, nil), failure, path)
    let id = unsafe H5Dcreate2(
      handle.id, name, type, space.id, defaultProperties, properties.id, defaultProperties)
    return try HDF5Dataset(try HDF5Handle(id, failure, path), path: path)
  }
}

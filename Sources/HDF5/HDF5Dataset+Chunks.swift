internal import CHDF5

/// The location of a chunk in its file.
package struct HDF5ChunkLocation: Equatable, Sendable {
  /// Offset from the start of the file in bytes.
  package let byteOffset: UInt64
  /// Stored size of the chunk in bytes, after all filters.
  package let byteCount: UInt64
  /// Bit i is set if filter i was skipped.
  package let skippedFilters: UInt32
  /// The chunk's first element along each axis.
  package let firstElement: [Int]

  /// Creates a location.
  package init(
    byteOffset: UInt64, byteCount: UInt64, skippedFilters: UInt32, firstElement: [Int]
  ) {
    self.byteOffset = byteOffset
    self.byteCount = byteCount
    self.skippedFilters = skippedFilters
    self.firstElement = firstElement
  }
}

extension HDF5Dataset {
  /// A chunk's length along each axis.
  ///
  /// - Throws: ``HDF5Error`` when the dataset is not stored in chunks.
  package borrowing func chunkExtents() throws(HDF5Error) -> [Int] {
    let properties = try creationProperties()
    guard H5Pget_layout(properties.id) == H5D_CHUNKED else {
      throw HDF5Error(path, "chunks expected, another layout found")
    }
    var chunk = [hsize_t](repeating: 0, count: extents.count)
    let rank = unsafe H5Pget_chunk(properties.id, Int32(extents.count), &chunk)
    guard Int(rank) == extents.count else {
      throw HDF5Error(path, "chunks of \(extents.count) axes expected, \(rank) found")
    }
    return chunk.map { Int(clamping: $0) }
  }

  /// The filters of each chunk, in the order in which a writer applies them.
  ///
  /// - Throws: ``HDF5Error``.
  package borrowing func filters() throws(HDF5Error) -> [HDF5Filter] {
    let properties = try creationProperties()
    let count = try check(
      H5Pget_nfilters(properties.id), "the filters cannot be read", path)
    var result: [HDF5Filter] = []
    for index in 0..<count {
      var flags: UInt32 = 0
      var valueCount = 16
      var values = [UInt32](repeating: 0, count: valueCount)
      var configuration: UInt32 = 0
      let number = unsafe H5Pget_filter2(
        properties.id, UInt32(index), &flags, &valueCount, &values, 0, nil, &configuration)
      try check(number, "the filters cannot be read", path)
      result.append(
        HDF5Filter(number: Int(number), values: Array(values.prefix(min(valueCount, 16)))))
    }
    return result
  }

  /// Writes a chunk to which all filters have been applied.
  ///
  /// - Parameters:
  ///   - bytes: The chunk as stored in the file.
  ///   - firstElement: Its first element along each axis.
  /// - Throws: ``HDF5Error`` when the disk is full or fails.
  package borrowing func writeChunk(
    _ bytes: [UInt8], at firstElement: [Int]
  ) throws(HDF5Error) {
    let offset = firstElement.map { hsize_t($0) }
    // Safe: the call reads all bytes, and a number for each axis.
    try check(
      unsafe H5Dwrite_chunk(handle.id, defaultProperties, 0, offset, bytes.count, bytes),
      "the chunk cannot be written", path)
  }

  /// The locations of all chunks, in the order of the file's index.
  ///
  /// - Parameter maximumCount: The maximum number of chunks; more are an error.
  /// - Throws: ``HDF5Error`` when the index is damaged.
  /// - Complexity: Quadratic in the number of chunks: the library walks its index for each.
  package borrowing func chunkLocations(
    maximumCount: Int
  ) throws(HDF5Error) -> [HDF5ChunkLocation] {
    let failure = "the index of chunks cannot be read"
    let space = try HDF5Handle(H5Dget_space(handle.id), failure, path)
    var count: hsize_t = 0
    unsafe try check(H5Dget_num_chunks(handle.id, space.id, &count), failure, path)
    guard count <= UInt64(maximumCount) else {
      throw HDF5Error(path, "at most \(maximumCount) chunks expected, \(count) found")
    }
    var result: [HDF5ChunkLocation] = []
    for index in 0..<count {
      var offset = [hsize_t](repeating: 0, count: extents.count)
      var skippedFilters: UInt32 = 0
      var address: haddr_t = 0
      var byteCount: hsize_t = 0
      // Safe: the call writes a number for each axis, and three more.
      try check(
        unsafe H5Dget_chunk_info(
          handle.id, space.id, index, &offset, &skippedFilters, &address, &byteCount),
        failure, path)
      result.append(
        HDF5ChunkLocation(
          byteOffset: UInt64(address), byteCount: byteCount, skippedFilters: skippedFilters,
          firstElement: offset.map { Int(clamping: $0) }))
    }
    return result
  }

  private borrowing func creationProperties() throws(HDF5Error) -> HDF5Handle {
    try HDF5Handle(H5Dget_create_plist(handle.id), "the dataset cannot be read", path)
  }
}

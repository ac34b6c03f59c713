internal import FileAccess

extension HDF5DatasetView {
  /// Reads all numbers of a dataset that has one chunk with a checksum, in row-major order.
  ///
  /// - Throws: ``HDF5ReadingError`` when it has another type or layout, or is damaged.
  package func numbers<Value: FixedWidthInteger & BitwiseCopyable>(
    as type: Value.Type
  ) throws(HDF5ReadingError) -> [Value] {
    try datatype.requireInteger(type, path)
    let byteCount = MemoryLayout<Value>.size
    let content = try content(elementByteCount: byteCount)
    let count = content.byteCount / byteCount
    var values: [Value] = []
    values.reserveCapacity(count)
    for index in 0..<count { values.append(content.littleEndian(type, at: index * byteCount)) }
    return values
  }

  /// Reads all texts of a dataset that has one chunk with a checksum.
  ///
  /// - Throws: ``HDF5ReadingError`` when it has another type or layout, or is damaged.
  package func strings() throws(HDF5ReadingError) -> [String] {
    let length = try datatype.requireText(path)
    let content = try content(elementByteCount: length)
    return texts(content, byteCountPerText: length, count: content.byteCount / length)
  }

  /// The bytes of all elements, whose checksum was verified.
  @_lifetime(copy self)
  private func content(elementByteCount: Int) throws(HDF5ReadingError) -> RawSpan {
    try requireOneChecksummedChunk()
    let empty = view.bytes.extracting(first: 0)
    guard let count = elementCount, count > 0 else { return empty }
    var location: HDF5ChunkEntry?
    try forEachChunk { (found) throws(HDF5ReadingError) in location = found }
    guard let location else { throw HDF5ReadingError(.damaged, path, "the chunk is missing") }
    guard location.skippedFilters == 0 else {
      throw HDF5ReadingError(.damaged, path, "the chunk's checksum filter was skipped")
    }
    let expected = count.multipliedReportingOverflow(by: elementByteCount)
    guard !expected.overflow, UInt64(expected.partialValue) + 4 == location.byteCount else {
      throw HDF5ReadingError(
        .damaged, path,
        "\(count) elements of \(elementByteCount) bytes and a checksum expected, "
          + "\(location.byteCount) bytes found")
    }
    let chunk = try view.piece(
      at: location.byteOffset, byteCount: expected.partialValue + 4, "chunk", of: path)
    let content = chunk.bytes.extracting(droppingLast: 4)
    guard chunk.bytes.littleEndian(UInt32.self, at: content.byteCount) == fletcher32(content) else {
      throw chunk.location.damaged("the checksum is wrong")
    }
    return content
  }

  /// Checks for the layout of caches: one chunk with a checksum, uncompressed, so that its size in
  /// the file bounds the memory.
  private func requireOneChecksummedChunk() throws(HDF5ReadingError) {
    guard chunkExtents == extents.map({ max(1, $0) }) else {
      throw HDF5ReadingError(
        .outsideSubset, path, "one chunk expected, chunks of \(chunkExtents) for \(extents) found")
    }
    guard filters.map(\.number) == [HDF5FilterView.fletcher32Number] else {
      throw HDF5ReadingError(
        .outsideSubset, path,
        "the filter \(HDF5FilterView.fletcher32Number) expected, "
          + "\(filters.map(\.number)) found")
    }
  }
}

/// A dataset of a file, stored in chunks.
package struct HDF5DatasetView: ~Escapable {
  let view: HDF5View
  let datatype: Datatype
  private let dataspace: Dataspace
  private let layout: ChunkedLayout

  /// The dataset's path in the file.
  package let path: String

  /// The filters of each chunk, in the order in which a writer applies them.
  package let filters: [HDF5FilterView]

  @_lifetime(copy view)
  init(_ view: HDF5View, at address: UInt64, path: String) throws(HDF5ReadingError) {
    let header = try ObjectHeader(view, at: address, object: path)
    guard let type = try header.message(.datatype), let space = try header.message(.dataspace),
      let layoutMessage = try header.message(.layout)
    else { throw HDF5ReadingError(.unexpected, path, "a dataset expected, another object found") }
    if try header.message(.externalFiles) != nil {
      throw HDF5ReadingError(.outsideSubset, path, "content in external files is not supported")
    }
    var reader = try view.piece(type, "datatype", of: path)
    datatype = try Datatype(&reader)
    reader = try view.piece(space, "dataspace", of: path)
    dataspace = try Dataspace(&reader)
    layout = try ChunkedLayout(view, layoutMessage, of: path)
    if let pipeline = try header.message(.filters) {
      filters = try HDF5FilterView.pipeline(view, pipeline, of: path)
    } else {
      filters = []
    }
    self.path = path
    self.view = view
    guard chunkExtents.count == extents.count else {
      throw HDF5ReadingError(
        .damaged, path, "chunks of \(extents.count) axes expected, \(chunkExtents.count) found")
    }
    if let byteCount = datatype.byteCount, byteCount != layout.elementByteCount {
      throw HDF5ReadingError(
        .damaged, path,
        "elements of \(byteCount) bytes expected, \(layout.elementByteCount) found")
    }
  }

  /// The length along each axis.
  package var extents: [Int] { dataspace.extents }

  /// A chunk's length along each axis.
  package var chunkExtents: [Int] { layout.chunkExtents }

  /// The number of elements; `nil` if it overflows.
  package var elementCount: Int? { dataspace.elementCount }

  /// Size of all elements in bytes; `nil` if it overflows.
  package var contentByteCount: Int? { (extents + [layout.elementByteCount]).product }

  /// Whether the elements are of this type.
  package func holds<Value: FixedWidthInteger>(_ type: Value.Type) -> Bool {
    datatype.isInteger(type)
  }

  /// The error of elements with an unexpected type.
  package func typeError(_ expected: String) -> HDF5ReadingError {
    if case .other(let found) = datatype {
      HDF5ReadingError(.outsideSubset, path, "\(expected) expected, \(found) found")
    } else {
      HDF5ReadingError(.unexpected, path, "\(expected) expected")
    }
  }

  /// Checks the lengths of all axes.
  ///
  /// - Throws: ``HDF5ReadingError`` when they differ.
  package func requireExtents(_ expected: [Int]) throws(HDF5ReadingError) {
    guard extents == expected else {
      throw HDF5ReadingError(
        .unexpected, path, "extents \(expected) expected, \(extents) found")
    }
  }

  /// Calls `body` with the location of each chunk, in row-major order; `nil` for a missing chunk.
  ///
  /// A hostile file's extents can claim any number of chunks: `body` should throw at a missing one.
  ///
  /// - Throws: ``HDF5ReadingError`` when the index is damaged or of another kind, or the error of
  ///   `body`.
  /// - Complexity: O(n) in the number of chunks, without allocating memory for them.
  package func forEachChunk(
    _ body: (HDF5ChunkEntry?) throws(HDF5ReadingError) -> Void
  ) throws(HDF5ReadingError) {
    var counts: [Int] = []
    for (extent, chunk) in zip(extents, chunkExtents) {
      counts.append(extent == 0 ? 0 : (extent - 1) / chunk + 1)
    }
    guard let chunkCount = counts.product,
      let chunkByteCount = (chunkExtents + [layout.elementByteCount]).product
    else { throw HDF5ReadingError(.damaged, path, "extents \(extents) are impossible") }
    switch layout.index {
    case .none:
      for _ in 0..<chunkCount { try body(nil) }
    case .single(let address, let byteCount, let skippedFilters):
      guard chunkCount == 1, let byteCount else {
        throw HDF5ReadingError(.damaged, path, "an index of one filtered chunk is impossible")
      }
      try body(
        HDF5ChunkEntry(
          byteOffset: address, byteCount: byteCount, skippedFilters: skippedFilters))
    case .fixedArray(let address, let pageBitCount):
      guard chunkCount > 0 else { return }
      // Each chunk has an element in the index, of at least 14 bytes.
      guard chunkCount <= view.bytes.byteCount / 14 else {
        throw HDF5ReadingError(
          .damaged, path,
          "\(chunkCount) chunks do not fit in the index of a file of \(view.bytes.byteCount) bytes")
      }
      let array = try FixedArray(
        view, at: address, pageBitCount: pageBitCount, chunkByteCount: chunkByteCount,
        elementCount: chunkCount, of: path)
      try array.forEach(in: view, body)
    }
  }
}

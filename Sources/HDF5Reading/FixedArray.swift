internal import FileAccess

/// The locations of the chunks of a dataset with fixed extents, in row-major order.
///
/// If the elements fit in one page, the data block itself contains them. Otherwise pages follow the
/// data block, each with its own checksum; a bitmap marks the pages that were written.
///
/// Source: HDF5 File Format Specification, VII.D "The Fixed Array Index".
struct FixedArray {
  private let object: String
  private let address: UInt64
  private let dataAddress: UInt64
  private let elementCount: Int
  private let sizeByteCount: Int
  private let pageElementCount: Int

  private static let headerByteCount = 28
  /// Signature, version, client and the header's address.
  private static let dataPrefixByteCount = 14
  private static let filteredClient = 1
  private static let maximumPageBitCount = 30

  private var elementByteCount: Int { 8 + sizeByteCount + 4 }

  /// Reads the array's header.
  ///
  /// - Parameters:
  ///   - chunkByteCount: Bytes of a chunk before all filters, which decides the width of a size.
  ///   - elementCount: The required number of chunks.
  init(
    _ view: HDF5View, at address: UInt64, pageBitCount: Int, chunkByteCount: Int,
    elementCount: Int, of object: String
  ) throws(HDF5ReadingError) {
    var reader = try view.block(
      .fixedArray, at: address, byteCount: Self.headerByteCount, of: object)
    guard try reader.byte() == 0 else { throw reader.location.outsideSubset("a later fixed array") }
    guard try reader.byte() == Self.filteredClient else {
      throw reader.location.damaged("it is not an index of filtered chunks")
    }
    // As in the library: one byte more than the size of an unfiltered chunk needs.
    sizeByteCount = min(8, 1 + (71 - UInt64(max(1, chunkByteCount)).leadingZeroBitCount) / 8)
    let (elementByteCount, pageBits) = (try reader.byte(), try reader.byte())
    let found = try reader.count()
    dataAddress = try reader.integer()
    guard elementByteCount == 12 + sizeByteCount, pageBits == pageBitCount,
      (1...Self.maximumPageBitCount).contains(pageBits)
    else { throw reader.location.damaged("its sizes are impossible") }
    guard found == elementCount else {
      throw reader.location.damaged("\(elementCount) chunks expected, \(found) found")
    }
    pageElementCount = 1 << pageBits
    self.elementCount = elementCount
    self.address = address
    self.object = object
  }

  /// Calls `body` with each chunk's location; allocates no memory.
  func forEach(
    in view: HDF5View, _ body: (HDF5ChunkEntry?) throws(HDF5ReadingError) -> Void
  ) throws(HDF5ReadingError) {
    guard dataAddress != HDF5View.undefinedAddress else {
      for _ in 0..<elementCount { try body(nil) }
      return
    }
    guard elementCount > pageElementCount else {
      var block = try dataBlock(
        in: view, byteCount: Self.dataPrefixByteCount + elementCount * elementByteCount)
      return try elements(&block, elementCount, body)
    }
    let pageCount = (elementCount - 1) / pageElementCount + 1
    let bitmapByteCount = (pageCount - 1) / 8 + 1
    var block = try dataBlock(in: view, byteCount: Self.dataPrefixByteCount + bitmapByteCount)
    let bitmap = try block.skip(bitmapByteCount)
    // It is in the file, as checked above.
    var pageAddress =
      dataAddress + UInt64(block.bytes.byteCount + BlockKind.checksumByteCount)
    for page in 0..<pageCount {
      let count = min(pageElementCount, elementCount - page * pageElementCount)
      let bits = block.bytes.littleEndian(UInt8.self, at: bitmap + page / 8)
      let byteCount = count * elementByteCount + BlockKind.checksumByteCount
      if bits & (0x80 >> UInt8(page % 8)) == 0 {
        for _ in 0..<count { try body(nil) }
      } else {
        try pageElements(at: pageAddress, byteCount: byteCount, count, in: view, body)
      }
      let next = pageAddress.addingReportingOverflow(UInt64(byteCount))
      guard !next.overflow else {
        throw block.location.damaged("its pages exceed the address space")
      }
      pageAddress = next.partialValue
    }
  }

  /// The data block up to its checksum, starting after its header.
  @_lifetime(copy view)
  private func dataBlock(
    in view: HDF5View, byteCount: Int
  ) throws(HDF5ReadingError) -> FieldReader {
    var block = try view.block(
      .fixedArrayData, at: dataAddress, byteCount: byteCount + BlockKind.checksumByteCount,
      of: object)
    guard try block.byte() == 0, try block.byte() == Self.filteredClient,
      try block.integer(UInt64.self) == address
    else { throw block.location.damaged("it belongs to another index") }
    return block
  }

  private func pageElements(
    at pageAddress: UInt64, byteCount: Int, _ count: Int, in view: HDF5View,
    _ body: (HDF5ChunkEntry?) throws(HDF5ReadingError) -> Void
  ) throws(HDF5ReadingError) {
    let page = try view.piece(
      at: pageAddress, byteCount: byteCount, "page of the index of chunks", of: object)
    let content = page.bytes.extracting(droppingLast: BlockKind.checksumByteCount)
    guard lookup3(content) == page.bytes.littleEndian(UInt32.self, at: content.byteCount) else {
      throw page.location.damaged("the checksum is wrong")
    }
    var reader = FieldReader(content, page.location)
    try elements(&reader, count, body)
  }

  private func elements(
    _ reader: inout FieldReader, _ count: Int,
    _ body: (HDF5ChunkEntry?) throws(HDF5ReadingError) -> Void
  ) throws(HDF5ReadingError) {
    for _ in 0..<count {
      let byteOffset = try reader.integer(UInt64.self)
      let byteCount = try reader.integer(byteCount: sizeByteCount)
      let skippedFilters = try reader.integer(UInt32.self)
      try body(
        byteOffset == HDF5View.undefinedAddress
          ? nil
          : HDF5ChunkEntry(
            byteOffset: byteOffset, byteCount: byteCount, skippedFilters: skippedFilters))
    }
  }
}

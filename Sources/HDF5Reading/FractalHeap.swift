internal import FileAccess

/// The storage of a group's links, or of an object's attributes, if there are many.
///
/// A heap is a table of direct blocks, whose sizes double from the third row on. After the largest
/// direct blocks come indirect blocks, which are such tables, too. In a heap of few objects the
/// root is a direct block.
///
/// Source: HDF5 File Format Specification, III.G "Fractal Heap".
struct FractalHeap {
  private let address: UInt64
  private let object: String
  private let idByteCount: Int
  private let offsetByteCount: Int
  private let lengthByteCount: Int
  private let tableWidth: UInt64
  private let startingByteCount: UInt64
  private let maximumByteCount: UInt64
  private let rootAddress: UInt64
  private let rootRowCount: Int

  private static let byteCount = 146
  private static let largestDirectBlock: UInt64 = 65_536
  /// Block sizes are powers of two that decrease with each level, so a 64-bit size allows 64
  /// levels.
  private static let maximumDepth = 64

  init(_ view: HDF5View, at address: UInt64, of object: String) throws(HDF5ReadingError) {
    var reader = try view.block(
      .fractalHeap, at: address, byteCount: Self.byteCount, of: object)
    guard try reader.byte() == 0 else {
      throw reader.location.outsideSubset("a later fractal heap")
    }
    idByteCount = try reader.short()
    guard try reader.short() == 0 else {
      throw reader.location.outsideSubset("a fractal heap with filters")
    }
    guard try reader.byte() & 2 != 0 else {
      throw reader.location.outsideSubset("a fractal heap without checksums")
    }
    let maximumObjectByteCount = UInt64(try reader.integer(UInt32.self))
    try reader.skip(12 * 8)
    tableWidth = UInt64(try reader.short())
    startingByteCount = try reader.integer()
    maximumByteCount = try reader.integer()
    let addressBitCount = try reader.short()
    try reader.skip(2)
    rootAddress = try reader.integer()
    rootRowCount = try reader.short()
    guard tableWidth.nonzeroBitCount == 1, startingByteCount.nonzeroBitCount == 1,
      maximumByteCount.nonzeroBitCount == 1, startingByteCount <= maximumByteCount,
      (1...64).contains(addressBitCount), maximumObjectByteCount > 0
    else { throw reader.location.damaged("its sizes are impossible") }
    guard maximumByteCount <= Self.largestDirectBlock else {
      throw reader.location.outsideSubset(
        "a fractal heap with blocks over \(Self.largestDirectBlock) bytes")
    }
    offsetByteCount = (addressBitCount + 7) / 8
    lengthByteCount = min(
      (maximumByteCount.trailingZeroBitCount + 7) / 8,
      encodedByteCount(maximumObjectByteCount))
    self.address = address
    self.object = object
  }

  /// The byte range of an object in the file.
  ///
  /// - Parameter id: The range in the file of the object's heap ID, which an index contains.
  func location(
    of id: Range<Int>, in view: HDF5View
  ) throws(HDF5ReadingError) -> Range<Int> {
    var reader = try view.piece(id, "heap ID", of: object)
    guard id.count == idByteCount else {
      throw reader.location.damaged("\(idByteCount) bytes expected, \(id.count) found")
    }
    switch try reader.byte() {
    case 0x00: break
    case 0x10: throw reader.location.outsideSubset("a huge object in a fractal heap")
    case 0x20...0x2F: throw reader.location.outsideSubset("a tiny object in a fractal heap")
    default: throw reader.location.damaged("its kind is unknown")
    }
    let offset = try reader.integer(byteCount: offsetByteCount)
    let length = try reader.count(byteCount: lengthByteCount)
    let block = try directBlock(holding: offset, in: view)
    // Both are at most the size of a direct block.
    let start = Int(offset - block.offset)
    guard start >= headerByteCount, length <= block.location.count - start else {
      throw reader.location.damaged("the object is not inside its block")
    }
    return (block.location.lowerBound + start)..<(block.location.lowerBound + start + length)
  }

  private struct DirectBlock {
    /// The offset of its first byte in the heap's address space.
    let offset: UInt64
    /// Its byte range in the file.
    let location: Range<Int>
  }

  /// Size of a direct block's header in bytes.
  private var headerByteCount: Int { 17 + offsetByteCount }

  private func directBlock(
    holding offset: UInt64, in view: HDF5View
  ) throws(HDF5ReadingError) -> DirectBlock {
    guard rootRowCount > 0 else {
      guard offset < startingByteCount else { throw outside(offset) }
      return try directBlock(at: rootAddress, offset: 0, byteCount: startingByteCount, in: view)
    }
    var table = IndirectBlock(address: rootAddress, rowCount: rootRowCount, offset: 0)
    for _ in 0..<Self.maximumDepth {
      let cell = try cell(of: table, holding: offset)
      let child = try childAddress(cell.number, of: table, in: view)
      guard cell.byteCount > maximumByteCount else {
        return try directBlock(
          at: child, offset: cell.offset, byteCount: cell.byteCount, in: view)
      }
      let firstRowByteCount = startingByteCount * tableWidth
      guard cell.byteCount >= firstRowByteCount else { throw outside(offset) }
      table = IndirectBlock(
        address: child,
        rowCount: cell.byteCount.trailingZeroBitCount - firstRowByteCount.trailingZeroBitCount + 1,
        offset: cell.offset)
    }
    throw outside(offset)
  }

  private struct IndirectBlock {
    let address: UInt64
    let rowCount: Int
    let offset: UInt64
  }

  private struct Cell {
    let number: Int
    let offset: UInt64
    let byteCount: UInt64
  }

  /// The cell of a table that contains a byte of the heap.
  private func cell(
    of table: IndirectBlock, holding offset: UInt64
  ) throws(HDF5ReadingError) -> Cell {
    guard offset >= table.offset else { throw outside(offset) }
    let relative = offset - table.offset
    // Rows 0 and 1 have blocks of the starting size; block sizes double with each later row. All
    // sizes are powers of two, and the row's offset is at most `relative`, so nothing overflows.
    let rowByteCount = startingByteCount * tableWidth
    let doubled = relative / rowByteCount
    let row = doubled == 0 ? 0 : 64 - doubled.leadingZeroBitCount
    let byteCount = row == 0 ? startingByteCount : startingByteCount << UInt64(row - 1)
    let rowOffset = row == 0 ? 0 : rowByteCount << UInt64(row - 1)
    let column = (relative - rowOffset) / byteCount
    guard row < table.rowCount else { throw outside(offset) }
    return Cell(
      number: row * Int(tableWidth) + Int(column),
      offset: table.offset + rowOffset + column * byteCount, byteCount: byteCount)
  }

  private func childAddress(
    _ number: Int, of table: IndirectBlock, in view: HDF5View
  ) throws(HDF5ReadingError) -> UInt64 {
    // At most 65 535 rows of 32 768 cells.
    let cellByteCount = table.rowCount * Int(tableWidth) * 8
    var reader = try view.block(
      .indirectBlock, at: table.address,
      byteCount: headerByteCount - 4 + cellByteCount + BlockKind.checksumByteCount, of: object)
    try checkHeader(&reader, offset: table.offset)
    try reader.skip(number * 8)
    return try reader.integer()
  }

  private func directBlock(
    at address: UInt64, offset: UInt64, byteCount: UInt64, in view: HDF5View
  ) throws(HDF5ReadingError) -> DirectBlock {
    let kind = BlockKind.directBlock
    var reader = try view.piece(at: address, byteCount: Int(byteCount), kind.name, of: object)
    guard try reader.matches(Array(kind.rawValue.utf8), byteCount: BlockKind.signatureByteCount)
    else { throw reader.location.damaged("it does not begin with \(kind.rawValue)") }
    try checkHeader(&reader, offset: offset)
    let checksumOffset = reader.position
    let stored = try reader.integer(UInt32.self)
    // The checksum is over the block with the checksum field itself set to zero.
    var content = reader.bytes.copied()
    for index in 0..<BlockKind.checksumByteCount { content[checksumOffset + index] = 0 }
    guard lookup3(content) == stored else { throw reader.location.damaged("the checksum is wrong") }
    let start = reader.location.byteOffset
    return DirectBlock(offset: offset, location: start..<(start + Int(byteCount)))
  }

  /// Checks the common fields of direct and indirect blocks after the signature.
  private func checkHeader(
    _ reader: inout FieldReader, offset: UInt64
  ) throws(HDF5ReadingError) {
    guard try reader.byte() == 0, try reader.integer(UInt64.self) == address,
      try reader.integer(byteCount: offsetByteCount) == offset
    else { throw reader.location.damaged("it belongs to another heap or offset") }
  }

  private func outside(_ offset: UInt64) -> HDF5ReadingError {
    HDF5ReadingError(.damaged, object, "byte \(offset) is outside the fractal heap")
  }
}

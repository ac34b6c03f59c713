internal import FileAccess

/// A kind of block with a signature and a checksum.
enum BlockKind: String {
  case objectHeader = "OHDR"
  case objectHeaderContinuation = "OCHK"
  case fractalHeap = "FRHP"
  case indirectBlock = "FHIB"
  case directBlock = "FHDB"
  case tree = "BTHD"
  case internalNode = "BTIN"
  case leaf = "BTLF"
  case fixedArray = "FAHD"
  case fixedArrayData = "FADB"

  /// The block's name in messages.
  var name: String {
    switch self {
    case .objectHeader: "object header"
    case .objectHeaderContinuation: "object header's continuation"
    case .fractalHeap: "fractal heap"
    case .indirectBlock: "fractal heap's indirect block"
    case .directBlock: "fractal heap's direct block"
    case .tree: "index of names"
    case .internalNode: "index of names' inner node"
    case .leaf: "index of names' leaf"
    case .fixedArray: "index of chunks"
    case .fixedArrayData: "index of chunks' data block"
    }
  }

  /// Bytes of the signature.
  static let signatureByteCount = 4
  /// Bytes of the checksum.
  static let checksumByteCount = 4
}

extension HDF5View {
  /// A piece of the file.
  ///
  /// - Throws: ``HDF5ReadingError`` when it is outside the file.
  @_lifetime(copy self)
  func piece(
    at address: UInt64, byteCount: Int, _ name: String, of object: String
  ) throws(HDF5ReadingError) -> FieldReader {
    guard let start = Int(exactly: address), start <= bytes.byteCount, byteCount >= 0,
      byteCount <= bytes.byteCount - start
    else {
      throw HDF5ReadingError(
        .damaged, object,
        "the \(name) is outside the file: \(byteCount) bytes at byte \(address) of "
          + "\(bytes.byteCount)")
    }
    let piece = bytes.extracting(start..<(start + byteCount))
    return FieldReader(piece, BlockLocation(object: object, name: name, byteOffset: start))
  }

  /// A piece of the file that was found by ``FieldReader/range(_:)``.
  @_lifetime(copy self)
  func piece(
    _ range: Range<Int>, _ name: String, of object: String
  ) throws(HDF5ReadingError) -> FieldReader {
    try piece(
      at: UInt64(range.lowerBound), byteCount: range.count, name, of: object)
  }

  /// Verifies a block's signature and checksum, and returns a reader for the bytes between them.
  ///
  /// - Parameter byteCount: The size of the block, including signature and checksum.
  /// - Throws: ``HDF5ReadingError`` when it is outside the file, or its signature or checksum is
  ///   wrong.
  @_lifetime(copy self)
  func block(
    _ kind: BlockKind, at address: UInt64, byteCount: Int, of object: String
  ) throws(HDF5ReadingError) -> FieldReader {
    let whole = try piece(at: address, byteCount: byteCount, kind.name, of: object)
    guard byteCount >= BlockKind.signatureByteCount + BlockKind.checksumByteCount else {
      throw whole.location.damaged("\(byteCount) bytes are too few")
    }
    let content = whole.bytes.extracting(droppingLast: BlockKind.checksumByteCount)
    let stored = whole.bytes.littleEndian(UInt32.self, at: content.byteCount)
    var reader = FieldReader(content, whole.location)
    guard try reader.matches(Array(kind.rawValue.utf8), byteCount: BlockKind.signatureByteCount)
    else { throw whole.location.damaged("it does not begin with \(kind.rawValue)") }
    guard lookup3(content) == stored else { throw whole.location.damaged("the checksum is wrong") }
    return reader
  }
}

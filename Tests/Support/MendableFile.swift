internal import HDF5Reading

/// An HDF5 file of which bytes can be changed without a checksum of its structure becoming wrong,
/// as only somebody hostile would.
package struct MendableFile: Sendable {
  /// A block of the structure.
  package struct Block: Sendable {
    /// Its place in the file, without the checksum where that comes last.
    package let content: Range<Int>
    /// Where its checksum stands.
    package let checksumOffset: Int
  }

  /// The sound file.
  package let bytes: [UInt8]
  /// All blocks that were found, in the order of the file.
  package private(set) var blocks: [Block] = []

  private static let maximumBlockByteCount = 4096

  /// Looks for the blocks of a sound file.
  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
    blocks.append(Block(content: 0..<44, checksumOffset: 44))
    let signatures = [
      "OHDR", "OCHK", "FRHP", "FHIB", "FHDB", "BTHD", "BTIN", "BTLF", "FAHD", "FADB",
    ]
    .map { Array($0.utf8) }
    for start in 0..<max(0, bytes.count - 8)
    where signatures.contains(where: { bytes[start..<(start + 4)].elementsEqual($0) }) {
      if let block = Self.block(bytes, at: start) { blocks.append(block) }
    }
  }

  /// Knows only the block that a file begins with, its superblock.
  package init(header bytes: [UInt8]) {
    self.bytes = bytes
    blocks = [Block(content: 0..<44, checksumOffset: 44)]
  }

  /// The file with other bytes, and with the checksums that they need.
  package func mended(_ changes: [(byteOffset: Int, byte: UInt8)]) -> [UInt8] {
    var changed = bytes
    for (byteOffset, byte) in changes { changed[byteOffset] = byte }
    for block in blocks where changes.contains(where: { block.content.contains($0.byteOffset) }) {
      let checksum = Self.checksum(changed, block)
      for index in 0..<4 {
        changed[block.checksumOffset + index] = UInt8(truncatingIfNeeded: checksum >> (8 * index))
      }
    }
    return changed
  }

  private static func block(_ bytes: [UInt8], at start: Int) -> Block? {
    if bytes[start..<(start + 4)].elementsEqual("FHDB".utf8) {
      // Behind an address of the heap, in four or five bytes; it is part of what it sums up.
      for (offset, byteCount) in [(17, 512), (18, 512), (18, 1024), (18, 2048), (18, 4096)] {
        let block = Block(content: start..<(start + byteCount), checksumOffset: start + offset)
        if start + byteCount <= bytes.count, isSound(bytes, block) { return block }
      }
      return nil
    }
    for end in (start + 8)..<max(start + 9, min(bytes.count - 3, start + maximumBlockByteCount)) {
      let block = Block(content: start..<end, checksumOffset: end)
      if isSound(bytes, block) { return block }
    }
    return nil
  }

  private static func isSound(_ bytes: [UInt8], _ block: Block) -> Bool {
    let stored = (0..<4).reduce(UInt32(0)) {
      $0 | UInt32(bytes[block.checksumOffset + $1]) << (8 * $1)
    }
    return checksum(bytes, block) == stored
  }

  private static func checksum(_ bytes: [UInt8], _ block: Block) -> UInt32 {
    if block.content.contains(block.checksumOffset) {
      var content = Array(bytes[block.content])
      let start = block.checksumOffset - block.content.lowerBound
      for index in 0..<4 { content[start + index] = 0 }
      // Safe: the span does not outlive the array.
      return unsafe lookup3(content.span.bytes)
    }
    // Safe: as above.
    return unsafe lookup3(bytes.span.bytes.extracting(block.content))
  }
}
